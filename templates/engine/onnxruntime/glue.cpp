% -- SPDX-License-Identifier: MIT
% -- glue.cpp: custom operators of ONNX Runtime that call a pair
/* Operators of the domain "${P}" for ONNX Runtime 1.17 or later. No header of ONNX Runtime is needed:
 *
 *     c++ -std=c++17 -O2 -fPIC -shared -fvisibility=hidden ${P}_ort.cpp ${P}.c -o lib${P}_ort.so
 *
% local seen = {}
% for _, s in ipairs(served) do
%   if not seen[s.form] then
%     seen[s.form] = true
 * ${operators[s.form]}(X, Scale${s.form == "layernorm" and ", B" or ""}) -> Y, attributes epsilon and axis, as ONNX has it${s.form == "layernorm" and "; B may be left out" or ""}.
%   end
% end
 * Rows are shared out to the session's own threads. */
#include "${P}.h"

#include <atomic>
#include <cmath>
#include <cstdint>
#include <string>

#ifdef _WIN32
#define EXPORT __declspec(dllexport)
#define CALL __stdcall
#else
#define EXPORT __attribute__((visibility("default")))
#define CALL
#endif

/* What is used here of ONNX Runtime's C interface. Its tables only grow, so that places in them and the structs of a
 * version stay as they are. */
extern "C" {
struct OrtStatus;
struct OrtKernelInfo;
struct OrtKernelContext;
struct OrtValue;
struct OrtShape;
struct OrtDomain;
struct OrtSessionOptions;

typedef void (*OrtFunction)(void);

struct OrtApi {
    OrtFunction functions[275]; /* of version 17 */
};

struct OrtApiBase {
    const OrtApi *(CALL *get_api)(uint32_t version) noexcept;
    const char *(CALL *get_version)(void) noexcept;
};

struct OrtCustomOp { /* of version 17 */
    uint32_t version;
    void *(CALL *create_kernel)(const OrtCustomOp *, const OrtApi *, const OrtKernelInfo *);
    const char *(CALL *get_name)(const OrtCustomOp *);
    const char *(CALL *get_provider)(const OrtCustomOp *);
    int (CALL *get_input_type)(const OrtCustomOp *, size_t);
    size_t (CALL *get_input_count)(const OrtCustomOp *);
    int (CALL *get_output_type)(const OrtCustomOp *, size_t);
    size_t (CALL *get_output_count)(const OrtCustomOp *);
    void (CALL *compute)(void *, OrtKernelContext *);
    void (CALL *destroy)(void *);
    int (CALL *get_input_characteristic)(const OrtCustomOp *, size_t);
    int (CALL *get_output_characteristic)(const OrtCustomOp *, size_t);
    int (CALL *get_input_memory)(const OrtCustomOp *, size_t);
    int (CALL *variadic[4])(const OrtCustomOp *);
    OrtStatus *(CALL *create_kernel_v2)(const OrtCustomOp *, const OrtApi *, const OrtKernelInfo *, void **);
    OrtStatus *(CALL *compute_v2)(void *, OrtKernelContext *);
    OrtStatus *(CALL *infer_shape)(const OrtCustomOp *, void *);
    int (CALL *get_version[2])(const OrtCustomOp *);
};
}

namespace {

enum { API_VERSION = 17, FAIL = 1, INVALID_ARGUMENT = 2, REQUIRED = 0, OPTIONAL = 1 };
enum Type { FLOAT = 1, FLOAT16 = 10, BFLOAT16 = 16 };

/* The functions of the table, by their places. */
struct Api {
    template <class F> static F at(const OrtApi *api, int place) { return reinterpret_cast<F>(api->functions[place]); }

    explicit Api(const OrtApi *api)
        : create_status(at<decltype(create_status)>(api, 0)), create_domain(at<decltype(create_domain)>(api, 26)),
          add_to_domain(at<decltype(add_to_domain)>(api, 27)), add_domain(at<decltype(add_domain)>(api, 28)),
          get_data(at<decltype(get_data)>(api, 51)), count_dimensions(at<decltype(count_dimensions)>(api, 61)),
          get_dimensions(at<decltype(get_dimensions)>(api, 62)), get_shape(at<decltype(get_shape)>(api, 65)),
          get_float(at<decltype(get_float)>(api, 85)), get_int(at<decltype(get_int)>(api, 86)),
          count_inputs(at<decltype(count_inputs)>(api, 88)), get_input(at<decltype(get_input)>(api, 90)),
          get_output(at<decltype(get_output)>(api, 91)), release_status(at<decltype(release_status)>(api, 93)),
          release_shape(at<decltype(release_shape)>(api, 99)), parallel_for(at<decltype(parallel_for)>(api, 274))
    {
    }

    OrtStatus *(CALL *create_status)(int code, const char *message);
    OrtStatus *(CALL *create_domain)(const char *name, OrtDomain **);
    OrtStatus *(CALL *add_to_domain)(OrtDomain *, const OrtCustomOp *);
    OrtStatus *(CALL *add_domain)(OrtSessionOptions *, OrtDomain *);
    OrtStatus *(CALL *get_data)(OrtValue *, void **);
    OrtStatus *(CALL *count_dimensions)(const OrtShape *, size_t *);
    OrtStatus *(CALL *get_dimensions)(const OrtShape *, int64_t *, size_t);
    OrtStatus *(CALL *get_shape)(const OrtValue *, OrtShape **);
    OrtStatus *(CALL *get_float)(const OrtKernelInfo *, const char *, float *);
    OrtStatus *(CALL *get_int)(const OrtKernelInfo *, const char *, int64_t *);
    OrtStatus *(CALL *count_inputs)(const OrtKernelContext *, size_t *);
    OrtStatus *(CALL *get_input)(const OrtKernelContext *, size_t, const OrtValue **);
    OrtStatus *(CALL *get_output)(OrtKernelContext *, size_t, const int64_t *, size_t, OrtValue **);
    void (CALL *release_status)(OrtStatus *);
    void (CALL *release_shape)(OrtShape *);
    OrtStatus *(CALL *parallel_for)(const OrtKernelContext *, void (*)(void *, size_t), size_t, size_t, void *);
};

struct Norm {
    const char *name;
    Type type;
    bool bias; /* whether B may be given */
    int (*with_bias)(const ${P}_args *args, size_t rows, size_t begin, size_t end);
    int (*without)(const ${P}_args *args, size_t rows, size_t begin, size_t end);
};

% -- one operator for each form and type: with and without B
% local entries = {}
% for _, s in ipairs(served) do
%   local key = s.form .. s.dtype
%   if not entries[key] then
%     entries[key] = { s = s }
%     entries[#entries + 1] = entries[key]
%   end
%   local e, field = entries[key], s.beta and "with" or "without"
%   e[field] = e[field] or s.norm.full
% end
const Norm norms[] = {
% for _, e in ipairs(entries) do
    {"${operators[e.s.form]}", ${types[e.s.dtype]}, ${tostring(e.with ~= nil)},
     ${e.with and e.with .. "_rows" or "nullptr"}, ${e.without and e.without .. "_rows" or "nullptr"}},
% end
};

const size_t COUNT = sizeof norms / sizeof *norms;

struct Operator : OrtCustomOp {
    const Norm *norm;
};

const Norm &norm_of(const OrtCustomOp *op) { return *static_cast<const Operator *>(op)->norm; }

/* A value's shape, from its axis `axis` on as a width and before it as a number of rows; and its elements. */
struct Array {
    const char *name;
    int64_t dimensions[64];
    size_t count = 0;
    void *data = nullptr;

    int64_t elements(size_t begin, size_t end) const
    {
        int64_t n = 1;
        for (size_t i = begin; i < end; i++)
            n *= dimensions[i];
        return n;
    }
};

/* A call of an operator, whose rows threads share. */
struct Call {
    const Norm *norm;
    int (*rows_of)(const ${P}_args *args, size_t rows, size_t begin, size_t end);
    ${P}_args args;
    size_t rows, share; /* of a piece of the work */
    std::atomic<int> status;
};

struct Kernel {
    Api api;
    const Norm *norm;
    float epsilon = 1e-5f;
    int64_t axis = -1;

    Kernel(const OrtApi *table, const Norm *of) : api(table), norm(of) {}

    OrtStatus *refuse(const std::string &text) const
    {
        return api.create_status(INVALID_ARGUMENT, ("${P}." + std::string(norm->name) + ": " + text).c_str());
    }

    OrtStatus *read(const OrtKernelInfo *info)
    {
        /* an attribute that is not there keeps its default */
        if (OrtStatus *s = api.get_float(info, "epsilon", &epsilon))
            api.release_status(s), epsilon = 1e-5f;
        if (OrtStatus *s = api.get_int(info, "axis", &axis))
            api.release_status(s), axis = -1;
        if (!(epsilon >= 0 && std::isfinite(epsilon)))
            return refuse("epsilon is " + std::to_string(epsilon) + "; it should be a number of at least 0");
        return nullptr;
    }

    /* What an array holds; data stays NULL for an input that is not given. */
    OrtStatus *look(const OrtValue *value, Array *array) const
    {
        if (!value)
            return nullptr;
        OrtShape *shape;
        if (OrtStatus *s = api.get_shape(value, &shape))
            return s;
        OrtStatus *s = api.count_dimensions(shape, &array->count);
        if (!s && array->count > 64)
            s = refuse(std::string(array->name) + " has more than 64 dimensions");
        if (!s)
            s = api.get_dimensions(shape, array->dimensions, array->count);
        api.release_shape(shape);
        if (!s)
            s = api.get_data(const_cast<OrtValue *>(value), &array->data);
        const size_t size = norm->type == FLOAT ? 4 : 2;
        if (!s && (uintptr_t)array->data % size != 0)
            s = refuse(std::string(array->name) + " does not begin at a multiple of the size of its elements");
        return s;
    }

    static void work(void *data, size_t piece)
    {
        Call *call = static_cast<Call *>(data);
        const size_t begin = piece * call->share;
        const size_t end = begin + call->share < call->rows ? begin + call->share : call->rows;
        const int status = call->rows_of(&call->args, call->rows, begin, end);
        if (status != ${U}_OK)
            call->status = status;
    }

    OrtStatus *run(OrtKernelContext *context) const
    {
        Array inputs[3] = {{"X", {}}, {"Scale", {}}, {"B", {}}}, y = {"Y", {}};
        size_t given;
        if (OrtStatus *s = api.count_inputs(context, &given))
            return s;
        bool there[3] = {};
        for (size_t i = 0; i < given && i < 3; i++) {
            const OrtValue *value = nullptr;
            OrtStatus *s = api.get_input(context, i, &value);
            if (!s)
                s = look(value, &inputs[i]);
            if (s)
                return s;
            there[i] = value != nullptr;
        }
        const Array &x = inputs[0];
        for (size_t i = 0; i < 2; i++)
            if (!there[i])
                return refuse(std::string(inputs[i].name) + " is missing");
        const int64_t dimensions = (int64_t)x.count;
        if (axis < -dimensions || axis >= dimensions)
            return refuse("axis is " + std::to_string(axis) + "; X has " + std::to_string(dimensions) + " dimensions");
        const size_t first = (size_t)(axis < 0 ? axis + dimensions : axis);
        const int64_t width = x.elements(first, x.count), rows = x.elements(0, first);
        for (size_t i = 1; i < 3; i++) {
            const int64_t elements = inputs[i].elements(0, inputs[i].count);
            if (there[i] && elements != width)
                return refuse(std::string(inputs[i].name) + " has " + std::to_string(elements) +
                              " elements; there should be " + std::to_string(width) + ", as in a row of X");
        }
        OrtValue *value;
        if (OrtStatus *s = api.get_output(context, 0, x.dimensions, x.count, &value))
            return s;
        if (width == 0 || rows == 0)
            return nullptr;
        if (OrtStatus *s = look(value, &y))
            return s;
        return normalise(context, x, inputs[1], there[2] ? &inputs[2] : nullptr, y, (size_t)width, (size_t)rows);
    }

    OrtStatus *normalise(OrtKernelContext *context, const Array &x, const Array &scale, const Array *bias,
                         const Array &y, size_t width, size_t rows) const
    {
        Call call{norm, bias ? norm->with_bias : norm->without, {}, rows, rows, {${U}_OK}};
        if (!call.rows_of)
            return refuse(bias ? "B is given, and this library has no norm with it"
                               : "B is missing, and this library has no norm without it");
        call.args.width = call.args.x_stride = call.args.y_stride = width;
        call.args.x = x.data, call.args.y = y.data;
        call.args.gamma = scale.data;
% if has.beta then
        call.args.beta = bias ? bias->data : nullptr;
% end
        call.args.eps = epsilon;
        const size_t least = 32768; /* elements that repay another thread */
        call.share = (least + width - 1) / width;
        const size_t pieces = (rows + call.share - 1) / call.share;
        if (pieces > 1) {
            if (OrtStatus *s = api.parallel_for(context, work, pieces, 0, &call))
                return s;
        } else {
            work(&call, 0);
        }
        return call.status == ${U}_OK ? nullptr : refuse(${P}_message(call.status));
    }
};

OrtStatus *CALL create(const OrtCustomOp *op, const OrtApi *api, const OrtKernelInfo *info, void **kernel)
{
    Kernel *made = new Kernel(api, &norm_of(op));
    OrtStatus *s = made->read(info);
    if (s)
        delete made;
    else
        *kernel = made;
    return s;
}

OrtStatus *CALL compute(void *kernel, OrtKernelContext *context) { return static_cast<Kernel *>(kernel)->run(context); }

void CALL destroy(void *kernel) { delete static_cast<Kernel *>(kernel); }

const char *CALL name_of(const OrtCustomOp *op) { return norm_of(op).name; }

const char *CALL provider_of(const OrtCustomOp *) { return nullptr; /* the processor */ }

int CALL type_of(const OrtCustomOp *op, size_t) { return norm_of(op).type; }

size_t CALL inputs_of(const OrtCustomOp *op) { return norm_of(op).bias ? 3 : 2; }

size_t CALL outputs_of(const OrtCustomOp *) { return 1; }

int CALL characteristic_of_input(const OrtCustomOp *, size_t i) { return i == 2 ? OPTIONAL : REQUIRED; }

int CALL characteristic_of_output(const OrtCustomOp *, size_t) { return REQUIRED; }

int CALL memory_of(const OrtCustomOp *, size_t) { return 0; /* the provider's own */ }

int CALL none(const OrtCustomOp *) { return 0; }

int CALL first_version(const OrtCustomOp *) { return 1; }

int CALL last_version(const OrtCustomOp *) { return INT32_MAX; }

/* The operators, as long as the library is loaded. */
const Operator *operators()
{
    static Operator list[COUNT];
    static const bool filled = [] {
        for (size_t i = 0; i < COUNT; i++) {
            Operator &op = list[i];
            op.version = API_VERSION;
            op.get_name = name_of, op.get_provider = provider_of;
            op.get_input_type = op.get_output_type = type_of;
            op.get_input_count = inputs_of, op.get_output_count = outputs_of;
            op.destroy = destroy;
            op.get_input_characteristic = characteristic_of_input;
            op.get_output_characteristic = characteristic_of_output;
            op.get_input_memory = memory_of;
            for (auto &f : op.variadic)
                f = none;
            op.create_kernel_v2 = create, op.compute_v2 = compute;
            op.get_version[0] = first_version, op.get_version[1] = last_version;
            op.norm = &norms[i];
        }
        return true;
    }();
    (void)filled;
    return list;
}

} // namespace

/* Registers the operators; ONNX Runtime calls it when it loads the library. */
extern "C" EXPORT OrtStatus *CALL RegisterCustomOps(OrtSessionOptions *options, const OrtApiBase *base)
{
    const OrtApi *table = base->get_api(API_VERSION);
    if (!table) {
        /* version 1 is in every ONNX Runtime, and creates a status as it always has */
        const std::string text = "${P}: needs ONNX Runtime 1.17 or later, this is " + std::string(base->get_version());
        return Api::at<OrtStatus *(CALL *)(int, const char *)>(base->get_api(1), 0)(FAIL, text.c_str());
    }
    const Api api(table);
    OrtDomain *domain; /* belongs to the session's options once it is added; the domain lives as the library does */
    if (OrtStatus *s = api.create_domain("${P}", &domain))
        return s;
    for (size_t i = 0; i < COUNT; i++)
        if (OrtStatus *s = api.add_to_domain(domain, &operators()[i]))
            return s;
    return api.add_domain(options, domain);
}
