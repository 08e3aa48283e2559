/* SPDX-License-Identifier: MIT */
/* prove.cpp - runs kernels and the reference over expressions, and compares what they leave in memory.
 *
 *     prove quick|full DIRECTORY [LOG]
 *
 * DIRECTORY holds the kernels, whose banners say how many rows are in flight. A line for each kernel is added to LOG:
 * its name, the width, the hash of its text, the paths of one row, calls, rows and expressions. */
#include "c_source.hpp"

#include "kernels.hpp"

#undef float
#undef double
#undef uint16_t
#undef int8_t
#undef volatile

#include <algorithm>
#include <chrono>
#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <map>
#include <sstream>
#include <vector>

static unsigned long calls, paths, rows_run;

/* The inputs of a call, as arrays of leaves. */
enum Input {
    X = 1,
    RESIDUAL,
    BIAS,
    GAMMA,
    BETA,
    GAMMA2,
    BETA2,
    EPS,
    STATIC_SCALE,
    MEAN,
    RSTD,
    M2,
    DY,
    DX,
    DGAMMA,
    DBETA
};
enum Type { F32, B16, H16, I8 };
static size_t size_of(Type t) { return t == F32 ? 4 : t == I8 ? 1 : 2; }
static Type type_of(ln_dtype t) { return t == LN_DTYPE_F32 ? F32 : t == LN_DTYPE_BF16 ? B16 : H16; }
static const int FLAGS[] = {FLOAT | ANY_NAN, FLOAT | IS_BF16, FLOAT | IS_F16};

static std::map<std::pair<unsigned, size_t>, std::vector<Id>> leaves; /* by input and row */
static const std::vector<Id> &leaves_of(Input input, size_t row, size_t n, Type t)
{
    std::vector<Id> &v = leaves[{input, row}];
    for (size_t i = v.size(); i < n; i++)
        v.push_back(leaf(input, (unsigned)row, (unsigned)i, FLAGS[t]));
    return v;
}
static void put(void *array, Type t, size_t i, Id id)
{
    if (t == F32)
        ((Id *)array)[i] = id;
    else
        *beside((char *)array + i * size_of(t)) = id;
}

/* How a batch lies in memory and how it is called. */
struct Batch {
    size_t rows = 1, begin = 0, end = 1; /* rows that there are, and those that are normalised */
    size_t pad = 0, offset = 0;          /* elements between rows of x, and from a multiple of 64 bytes to y */
    size_t apart = 64;                   /* with a pad: elements that an array has more from row to row than another */
    int place = 0;                       /* 0: arrays of their own; else outputs share them with inputs */
    int stream = 2;
    bool statistics = true; /* mean and rstd are wanted */
    int accumulate = 0;
    bool workspace = false;
};

struct Proof {
    const Kernel &kernel;
    const size_t n;
    const ln_spec spec;
    const Type x_type, y_type, parameter_type;
    const bool layernorm, backward, stats, apply, gamma, beta;
    std::vector<std::vector<char>> ways; /* answers that lead a row through the reference */
    ln_args a;

    Proof(const Kernel &k, const ln_spec &spec_, size_t width)
        : kernel(k), n(width), spec(spec_), x_type(type_of(spec.dtype)),
          y_type(spec.quant == LN_QUANT_NONE ? x_type : I8),
          parameter_type(spec.params == LN_PARAMS_F32 ? F32 : x_type), layernorm(spec.op == LN_OP_LAYERNORM),
          backward(spec.pass == LN_PASS_BACKWARD), stats(spec.pass == LN_PASS_STATS), apply(spec.pass == LN_PASS_APPLY),
          gamma(!stats && spec.affine != LN_AFFINE_NONE), beta(gamma && (LN_AFFINES_WITH_BETA >> spec.affine & 1u)), a()
    {
    }

    /* [rows][n] elements, uninitialised, or leaves of an input. */
    void *rows_of(const char *name, Type t, size_t rows, size_t stride, size_t offset, int input)
    {
        void *p = new_array(name, ((rows - 1) * stride + n) * size_of(t), offset * size_of(t));
        for (size_t row = 0; input && row < rows; row++) {
            const std::vector<Id> &v = leaves_of((Input)input, row, n, t);
            for (size_t i = 0; i < n; i++)
                put(p, t, row * stride + i, v[i]);
        }
        return p;
    }
    void *row_of(const char *name, Type t, Input input) { return rows_of(name, t, 1, n, 5, input); }
    /* One float for each row. */
    Float *column_of(const char *name, size_t rows, int input)
    {
        Float *p = (Float *)new_array(name, rows * 4, 4);
        for (size_t row = 0; input && row < rows; row++)
            p[row] = Float::of(leaf(input, (unsigned)row, 0, FLOAT | ANY_NAN));
        return p;
    }

    /* Elements from row to row of the array that is number `other` after x. */
    size_t stride(const Batch &b, size_t other) const { return n + b.pad + (b.pad ? other * b.apart : 0); }

    void lay_out(const Batch &b)
    {
        no_arrays();
        forget_clear_nans();
        a = ln_args();
        a.width = n;
        a.whole_width = b.pad % 2 ? 3 * n + 5 : n;
        a.stream = b.stream;
        /* A NaN of these gives no row a comparison that holds, so none that is made in float: no ANY_NAN. */
        a.eps = Float::of(leaf(EPS, 0, 0, FLOAT));
        a.static_scale = Float::of(leaf(STATIC_SCALE, 0, 0, FLOAT));
        a.x_stride = stride(b, 0);
        a.x = rows_of("x", x_type, b.rows, a.x_stride, b.place ? b.offset : 1, X);
        if (gamma)
            a.gamma = row_of("gamma", parameter_type, GAMMA);
        if (beta)
            a.beta = row_of("beta", parameter_type, BETA);
        if (backward)
            return lay_out_backward(b);
        if (spec.residual != LN_RESIDUAL_NONE) {
            a.residual_stride = b.place == 2 ? stride(b, 2) : n + 3;
            a.residual = rows_of("residual", x_type, b.rows, a.residual_stride, b.place == 2 ? b.offset : 2, RESIDUAL);
        }
        if (spec.bias == LN_BIAS_ADD)
            a.bias = row_of("bias", x_type, BIAS);
        if (stats || apply) {
            a.stats = (ln_stats *)new_array("stats", b.rows * sizeof *a.stats, 16);
            for (size_t row = 0; apply && row < b.rows; row++) {
                a.stats[row].mean = layernorm ? Double::of(leaf(MEAN, (unsigned)row, 0, 0)) : Double(0);
                a.stats[row].m2 = Double::of(leaf(M2, (unsigned)row, 0, 0));
            }
        }
        if (stats)
            return;
        if (spec.residual == LN_RESIDUAL_PRE) {
            a.sum_stride = b.place == 1 ? a.x_stride : b.place == 2 ? a.residual_stride : stride(b, 3);
            a.sum = b.place == 1   ? (void *)(uintptr_t)a.x
                    : b.place == 2 ? (void *)(uintptr_t)a.residual
                                   : rows_of("sum", x_type, b.rows, a.sum_stride, b.offset, 0);
        }
        const bool in_place = b.place && y_type == x_type && !(spec.residual == LN_RESIDUAL_PRE && b.place != 3);
        if (in_place && b.place == 2 && a.residual)
            a.y = (void *)(uintptr_t)a.residual, a.y_stride = a.residual_stride;
        else if (in_place)
            a.y = (void *)(uintptr_t)a.x, a.y_stride = a.x_stride;
        else
            a.y_stride = stride(b, 1), a.y = rows_of("y", y_type, b.rows, a.y_stride, b.offset, 0);
        if (spec.norms == LN_NORMS_TWO) {
            a.y2_stride = stride(b, 4);
            a.y2 = rows_of("y2", x_type, b.rows, a.y2_stride, b.offset, 0);
            if (gamma)
                a.gamma2 = row_of("gamma2", parameter_type, GAMMA2);
            if (beta)
                a.beta2 = row_of("beta2", parameter_type, BETA2);
        }
        if (b.statistics && layernorm)
            a.mean = column_of("mean", b.rows, 0);
        if (b.statistics)
            a.rstd = column_of("rstd", b.rows, 0);
        if (spec.quant == LN_QUANT_INT8)
            a.scale = column_of("scale", b.rows, 0);
    }
    void lay_out_backward(const Batch &b)
    {
        a.accumulate = b.accumulate;
        a.dy_stride = stride(b, 1);
        a.dy = rows_of("dy", x_type, b.rows, a.dy_stride, b.place == 2 ? b.offset : 3, DY);
        a.dx_stride = b.place == 1 ? a.x_stride : b.place == 2 ? a.dy_stride : stride(b, 2);
        a.dx = b.place == 1   ? (void *)(uintptr_t)a.x
               : b.place == 2 ? (void *)(uintptr_t)a.dy
                              : rows_of("dx", x_type, b.rows, a.dx_stride, b.offset, b.accumulate & LN_ADD_DX ? DX : 0);
        if (layernorm)
            a.mean = column_of("mean", b.rows, MEAN);
        a.rstd = column_of("rstd", b.rows, RSTD);
        const bool old = !(b.workspace || b.accumulate & LN_BEGIN_PARAMS) || b.accumulate & LN_ADD_PARAMS;
        if (gamma)
            a.dgamma = (Float *)rows_of("dgamma", F32, 1, n, 1, old ? DGAMMA : 0);
        if (beta)
            a.dbeta = (Float *)rows_of("dbeta", F32, 1, n, 1, old ? DBETA : 0);
        if (b.workspace && gamma) {
            a.workspace_bytes = (b.rows + 31) / 32 * (1 + beta) * ((n + 31) / 32 * 32) * 4;
            a.workspace = (Float *)new_array("workspace", a.workspace_bytes, 0);
        }
    }
    ln_args for_reference() const
    {
        ln_args r = a;
        const auto move = [](auto &p) { p = (std::remove_reference_t<decltype(p)>)of_reference(p); };
        move(r.x), move(r.y), move(r.gamma), move(r.beta), move(r.residual), move(r.sum), move(r.mean), move(r.rstd);
        move(r.bias), move(r.scale), move(r.y2), move(r.gamma2), move(r.beta2), move(r.stats), move(r.dy), move(r.dx);
        move(r.dgamma), move(r.dbeta), move(r.workspace);
        return r;
    }
    void run(const Batch &b)
    {
        calls++, rows_run += b.end - b.begin;
        kernel_begins();
        if (!backward) {
            kernel.function(&a, b.begin, b.end);
        } else {
            kernel.function(&a, b.begin, b.end);
            if (a.workspace) { /* columns in two parts, as two threads finish them */
                ln_args reduce = a;
                const size_t half = (n / 2 + 31) / 32 * 32 < n ? (n / 2 + 31) / 32 * 32 : n;
                reduce.reduce_rows = b.rows;
                kernel.function(&reduce, 0, half);
                if (half < n)
                    kernel.function(&reduce, half, n);
            }
        }
        kernel_ends();
        if (a.workspace)
            copy_back(a.workspace);
        compare_arrays();
    }

    void name(const char *what, const Batch &b)
    {
        std::ostringstream s;
        s << kernel.name << " at " << n << ", " << what << ": rows " << b.begin << " to " << b.end << ", pad " << b.pad
          << ", apart " << b.apart << ", offset " << b.offset << ", place " << b.place << ", stream " << b.stream;
        if (backward)
            s << ", accumulate " << b.accumulate << (b.workspace ? ", workspace" : "");
        proving = s.str();
    }

    /* One row on all paths; what leads the reference through them. */
    void one_row(Batch b)
    {
        name("one row", b);
        forget_answers();
        do {
            paths++;
            lay_out(b);
            copy_arrays();
            const ln_args r = for_reference();
            ln_reference(&spec, &r, 0, 1);
            std::vector<char> way;
            for (size_t i = 0; i < answers(); i++)
                way.push_back(answer(i).value);
            bool known = false;
            for (const std::vector<char> &w : ways)
                known = known || w == way;
            if (!known)
                ways.push_back(way);
            run(b);
        } while (faults == 0 && next_path());
    }
    /* A batch, each row on a way of its own: way_of(row) counts in ways. */
    void batch(const Batch &b, const std::function<size_t(size_t)> &way_of)
    {
        name("a batch", b);
        if (faults)
            return;
        forget_answers();
        lay_out(b);
        copy_arrays();
        ln_args r = for_reference();
        if (b.accumulate & LN_BEGIN_PARAMS) /* what a workspace of one block gives */
            r.workspace = r.dgamma, r.accumulate -= LN_BEGIN_PARAMS;
        if (backward)
            ln_reference_backward(&spec, &r, b.rows);
        for (size_t row = b.begin; !backward && row < b.end; row++) {
            const std::vector<char> &way = ways[way_of(row) % ways.size()];
            script_answers((const bool *)way.data(), way.size());
            ln_reference(&spec, &r, row, row + 1);
        }
        script_answers(nullptr, 0);
        run(b);
    }
};

/* What the banner of a kernel says. */
struct Banner {
    size_t flight = 1, ahead = 0;
    bool amd = false; /* processors of AMD have a schedule of their own */
    std::string hash;
};
static Banner banner_of(const std::string &directory, const char *name)
{
    Banner b;
    std::ifstream file(directory + "/" + name + ".c");
    std::string word, last, before;
    for (std::string line; std::getline(file, line) && line.find("Content: ") == std::string::npos;) {
        b.amd = b.amd || line.find(", AMD") != std::string::npos;
        for (std::istringstream words(line); words >> word; before = last, last = word) {
            if (word.compare(0, 3, "row") == 0 && atoi(last.c_str()) > 0 && atoi(last.c_str()) <= 8)
                b.flight = std::max(b.flight, (size_t)atoi(last.c_str()));
            if (last == "taken")
                b.ahead = std::max(b.ahead, (size_t)atoi(word.c_str()));
        }
    }
    file.clear();
    file.seekg(0);
    for (std::string line; std::getline(file, line);)
        if (line.find("Content: ") != std::string::npos) {
            b.hash = line.substr(line.find("Content: ") + 9, 16);
            break;
        }
    return b;
}

/* Whether quick proofs have the case `i` of some that are alike; full proofs have all. */
static bool taken(bool full, size_t i, size_t every) { return full || i % every == 0; }

static void prove_forward(Proof &p, const Banner &banner, bool any, bool full)
{
    Batch b;
    for (int turn = 0; turn < (p.apply ? 2 : 1) && !faults; turn++) {
        b.pad = (size_t)turn; /* an odd one: the row is a piece of a wider one */
        p.one_row(b);
    }
    const auto usual = [](size_t) { return (size_t)0; };
    const size_t flight = banner.flight, group = flight * (banner.ahead + 1);
    const size_t most = any ? 2 : full ? 2 * group + 1 : group + (banner.ahead ? flight : 0) + 1;
    const size_t whole = 64 - p.n % 64; /* a pad that lets every row begin like the first */
    const bool wide = p.n > (full ? 1100 : 300);
    const auto mixed = [](size_t row) { return row % 3 == 2 ? 1 + row / 3 : 0; };
    for (int stream = 1; stream <= (p.stats ? 1 : 2); stream++) {
        b = Batch();
        b.stream = stream;
        for (size_t rows = 0; rows <= most && !faults; rows++) {
            b.rows = rows ? rows : 1, b.end = rows;
            if (rows < 2 || rows + 1 >= most || rows == group || (!wide && taken(full, rows, 3)))
                p.batch(b, usual);
        }
        b.rows = b.end = most;
        b.pad = whole;
        for (size_t at = 0; at < most && !faults; at++) /* one row that is not as usual, everywhere */
            if (at < 2 || taken(full && !wide, at, stream == 1 || wide ? 5 : 2))
                p.batch(b, [&](size_t row) {
                    return row == at ? 1 + at % (p.ways.size() > 1 ? p.ways.size() - 1 : 1) : 0;
                });
        b.rows = b.end = (p.ways.size() + flight - 1) / flight * flight; /* all ways, in whole groups */
        p.batch(b, [](size_t row) { return row; });
        b.rows = most + 2, b.begin = 1, b.end = most + 1, b.pad = 5, b.offset = 3, b.statistics = false;
        p.batch(b, mixed);
        b.apart = 1; /* rows of the sum and of y do not begin at the same place within a cache line */
        if (p.spec.residual == LN_RESIDUAL_PRE)
            p.batch(b, mixed);
        b.apart = 64;
        b.rows = flight + 2, b.begin = 0, b.end = flight + 1, b.pad = whole, b.offset = 0, b.statistics = true;
        for (b.place = 1; b.place <= 3 && !faults; b.place++)
            p.batch(b, b.place == 2 ? std::function<size_t(size_t)>(usual) : mixed);
        if (p.apply) { /* a piece of a wider row */
            b.place = 0, b.pad = whole + 1 - whole % 2;
            p.batch(b, mixed);
        }
    }
    b = Batch();
    b.stream = 1;
    b.rows = b.end = full && !wide ? flight + 1 : 2;
    b.pad = whole;
    for (b.offset = 1; b.offset < (p.stats ? 0 : 64 / size_of(p.y_type)) && !faults; b.offset++) {
        b.place = (int)(b.offset % 3);
        if (taken(full && !wide, b.offset, 5))
            p.batch(b, [&](size_t row) { return row == 0 && b.offset % 2 ? 1 : 0; });
    }
}

static void prove_backward(Proof &p, const Banner &banner, bool any, bool full)
{
    const auto usual = [](size_t) { return (size_t)0; };
    const size_t most = (full ? 2 : 1) * banner.flight + 1;
    const size_t whole = 64 - p.n % 64;
    for (int stream = 1; stream <= 2; stream++)
        for (int accumulate = 0; accumulate < 4; accumulate++) {
            Batch b;
            b.stream = stream, b.accumulate = accumulate;
            for (int workspace = 0; workspace < 2; workspace++) {
                b.workspace = workspace;
                for (size_t rows = accumulate || any ? most : 1; rows <= most && !faults; rows++) {
                    b.rows = b.end = rows;
                    b.pad = rows % 2 ? 0 : whole;
                    b.offset = rows == 4 ? 5 : 0;
                    b.place = accumulate & LN_ADD_DX ? 0 : (int)(rows % 3);
                    p.batch(b, usual);
                }
            }
        }
    Batch b;
    b.accumulate = LN_BEGIN_PARAMS;
    for (int stream = 1; p.gamma && stream <= 2; stream++)
        for (size_t rows = 1; rows <= most; rows += most - 1) {
            b.stream = stream, b.rows = b.end = rows;
            p.batch(b, usual);
        }
    b = Batch();
    b.stream = 1; /* rows of dx that do not begin with a cache line */
    b.rows = b.end = 2;
    b.pad = whole;
    for (b.offset = 1; b.offset < 64 / size_of(p.x_type) && !faults; b.offset++)
        if (taken(full && p.n <= 300, b.offset, 5))
            p.batch(b, usual);
    b = Batch();
    b.rows = b.end = p.n > 300 ? 33 : 67; /* blocks of 32 rows; x, dy and dx have strides of their own */
    b.pad = whole;
    b.workspace = true;
    if (full || p.n <= 600)
        p.batch(b, usual);
}

/* Heads, as ln_run_heads has them: every head of every token is a row. */
static void prove_heads(Proof &p, bool any)
{
    struct Shape {
        size_t heads, tokens, x_between, x_after, y_between, y_after;
        bool own_gamma;
    };
    static const Shape shapes[] = {{3, 2, 1, 0, 2, 0, false}, {9, 2, 3, 7, 1, 4, false}, {3, 34, 0, 5, 2, 1, false},
                                   {2, 3, 1, 0, 0, 3, true},  {3, 6, 0, 0, 0, 0, true},  {9, 2, 3, 7, 5, 0, true},
                                   {5, 5, 0, 0, 0, 0, true},  {9, 2, 0, 0, 0, 3, false}};
    for (const Shape &s : shapes) {
        proving = std::string(p.kernel.name) + ", heads " + std::to_string(s.heads) + " of " +
                  std::to_string(s.tokens) + " tokens" + (s.own_gamma ? ", each with a gamma of its own" : "");
        const size_t x_head = p.n + s.x_between, x_token = s.heads * x_head + s.x_after, count = s.heads * s.tokens;
        const size_t y_head = p.n + s.y_between, y_token = s.heads * y_head + s.y_after;
        forget_answers();
        no_arrays();
        ln_args a = ln_args();
        a.width = p.n, a.x_stride = x_token, a.y_stride = y_token, a.stream = 2;
        a.eps = Float::of(leaf(EPS, 0, 0, FLOAT));
        const auto elements = [&](const char *name, Type t, size_t length, int input) {
            void *array = new_array(name, length * size_of(t), 0);
            for (size_t i = 0; input && i < length; i++)
                put(array, t, i, leaf(input, 0, (unsigned)i, FLAGS[t]));
            return array;
        };
        a.x = elements("x", p.x_type, s.tokens * x_token, X);
        a.y = elements("y", p.y_type, s.tokens * y_token, 0);
        const size_t gammas = s.own_gamma ? s.heads * (p.n + 2) : p.n;
        if (p.gamma)
            a.gamma = elements("gamma", p.parameter_type, gammas, GAMMA);
        if (p.beta)
            a.beta = elements("beta", p.parameter_type, gammas, BETA);
        if (p.layernorm)
            a.mean = p.column_of("mean", count, 0);
        a.rstd = p.column_of("rstd", count, 0);
        copy_arrays();
        p.a = a;
        ln_args whole = p.for_reference();
        const ln_heads h = {s.heads, x_head, y_head, s.own_gamma ? p.n + 2 : 0};
        for (size_t t = 0; t < s.tokens; t++)
            for (size_t k = 0; k < s.heads; k++) {
                ln_args r = whole;
                r.x = (const char *)whole.x + (t * x_token + k * x_head) * size_of(p.x_type);
                r.y = (char *)whole.y + (t * y_token + k * y_head) * size_of(p.y_type);
                if (p.gamma)
                    r.gamma = (const char *)whole.gamma + k * h.gamma_head * size_of(p.parameter_type);
                if (p.beta)
                    r.beta = (const char *)whole.beta + k * h.gamma_head * size_of(p.parameter_type);
                if (p.layernorm)
                    r.mean = whole.mean + t * s.heads + k;
                r.rstd = whole.rstd + t * s.heads + k;
                const size_t turn = s.own_gamma ? 8 : 4; /* one of so many is not as usual */
                const std::vector<char> &way = p.ways[(t + k) % turn == turn - 1 ? (t + k) % p.ways.size() : 0];
                script_answers((const bool *)way.data(), way.size());
                ln_reference(&p.spec, &r, 0, 1);
            }
        script_answers(nullptr, 0);
        calls++, rows_run += count;
        kernel_begins();
        walk_heads(p.kernel.function, &a, &h, size_of(p.x_type), size_of(p.parameter_type), any, 0, s.tokens);
        kernel_ends();
        compare_arrays();
    }
}

static sigjmp_buf after_crash;
static void crashed(int) { siglongjmp(after_crash, 1); }

/* A kernel for one width, or one for any width at a given one. */
static void prove(Proof &p, const Banner &banner, bool any, bool full)
{
    runs_on_amd = false;
    if (sigsetjmp(after_crash, 1)) {
        fault("crashed");
        return;
    }
    const auto prove_pass = p.backward ? prove_backward : prove_forward;
    prove_pass(p, banner, any, full);
    if (banner.amd && !faults) {
        runs_on_amd = true;
        prove_pass(p, banner, any, full);
        runs_on_amd = false;
    }
    const ln_spec &s = p.spec;
    const bool plain = !s.pass && !s.residual && !s.quant && !s.norms && !s.bias;
    if (!faults && plain && (p.n == 64 || (full && p.n <= 256)))
        prove_heads(p, any);
}

/* The width of kernel i; for a kernel for any width, those that the others of its kind have. */
static std::vector<size_t> widths_of(size_t i, bool full)
{
    const ln_spec &spec = kernel_specs[i];
    if (spec.width)
        return {spec.width};
    std::vector<size_t> widths;
    for (size_t j = 0; j < kernel_count; j++) {
        ln_spec s = kernel_specs[j];
        const size_t width = s.width;
        s.width = 0;
        const bool known = std::find(widths.begin(), widths.end(), width) != widths.end();
        if (width && !known && kernels[j].isa == kernels[i].isa && !memcmp(&s, &spec, sizeof s))
            widths.push_back(width);
    }
    for (size_t j = 1; !full && widths.size() > 8 && j < widths.size(); j++)
        widths.erase(widths.begin() + (long)j); /* every other */
    return widths;
}

int main(int argc, char **argv)
{
    const bool full = argc > 1 && !strcmp(argv[1], "full");
    if (argc < 3 || argc > 4 || (!full && strcmp(argv[1], "quick"))) {
        fprintf(stderr, "usage: prove quick|full DIRECTORY [LOG]\n");
        return 2;
    }
    std::ofstream log;
    if (argc == 4)
        log.open(argv[3], std::ios::app);
    signal(SIGSEGV, crashed);
    signal(SIGBUS, crashed);
    signal(SIGFPE, crashed);
    forget_expressions();

    size_t proven = 0, failed = 0, expressions = 0;
    for (size_t i = 0; i < kernel_count; i++) {
        const char *name = kernels[i].name;
        const Banner banner = banner_of(argv[2], name);
        for (const size_t width : widths_of(i, full)) {
            const unsigned long paths_before = paths, calls_before = calls, rows_before = rows_run;
            const auto start = std::chrono::steady_clock::now();
            forget_expressions();
            leaves.clear();
            faults = 0;
            Proof p(kernels[i], kernel_specs[i], width);
            prove(p, banner, kernel_specs[i].width == 0, full);
            const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
            (faults ? failed : proven)++;
            expressions += expression_count();
            if (log.is_open())
                log << name << '\t' << width << '\t' << banner.hash << '\t' << (faults ? "FAILED" : "proven") << '\t'
                    << paths - paths_before << '\t' << calls - calls_before << '\t' << rows_run - rows_before << '\t'
                    << expression_count() << '\t' << time.count() << '\n';
        }
    }
    printf("%zu proven, %zu failed; %lu paths of one row, %lu calls, %lu rows, %zu expressions\n", proven, failed,
           paths, calls, rows_run, expressions);
    return failed != 0 || proven == 0;
}
