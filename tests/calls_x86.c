/* calls_x86.c - patterns in the registers of x86-64 before a call, and what is in them after it. The System V ABI says
 * which must stay: rbx, rbp, r12 to r15, the control bits of MXCSR, the x87 control word; the direction flag is clear
 * and the x87 stack empty on entry and on return. Upper halves of vector registers that are not clean slow down SSE
 * code of the caller: a kernel leaves all of them clean, or none touched. */
#include "calls.h"
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#if defined(__x86_64__) && !defined(_WIN32)
enum { SAVED = 6, VECTORS = 32, VECTOR_BYTES = 64, CONTROL = 0xffc0, DIRECTION = 1 << 10, X87_ENVIRONMENT = 28 };

/* The assembly below counts on this layout. */
typedef struct State {
    uint64_t level;                       /* 0: xmm0 to xmm15; 1: ymm; 2: zmm0 to zmm31 and k1 to k7 */
    uint64_t before[SAVED], after[SAVED]; /* rbx, rbp, r12, r13, r14, r15 */
    uint64_t flags;                       /* after the call */
    uint32_t mxcsr_before, mxcsr_after;
    unsigned char x87_before[32], x87_after[32]; /* fnstenv */
    unsigned char vectors_before[VECTORS][VECTOR_BYTES], vectors_after[VECTORS][VECTOR_BYTES];
} State;
_Static_assert(offsetof(State, before) == 8 && offsetof(State, after) == 56 && offsetof(State, flags) == 104 &&
                   offsetof(State, mxcsr_before) == 112 && offsetof(State, mxcsr_after) == 116 &&
                   offsetof(State, x87_before) == 120 && offsetof(State, x87_after) == 152 &&
                   offsetof(State, vectors_before) == 184 && offsetof(State, vectors_after) == 2232,
               "the assembly knows these offsets");

void ln_test_call(const ln_args *args, size_t begin, size_t end, ln_kernel *kernel, State *state);
__asm__(
    ".text\n"
    ".globl ln_test_call\n"
    ".type ln_test_call, @function\n"
    "ln_test_call:\n"
    "    push %rbx\n    push %rbp\n    push %r12\n    push %r13\n    push %r14\n    push %r15\n"
    "    push %r8\n" /* the stack is aligned to 16 bytes here */
    "    mov %rcx, %rax\n"
    "    stmxcsr 112(%r8)\n"
    "    fnstenv 120(%r8)\n    fldenv 120(%r8)\n"
    "    cmpq $1, (%r8)\n    je 1f\n    ja 2f\n"
#define EACH16(M)      M(0) M(1) M(2) M(3) M(4) M(5) M(6) M(7) M(8) M(9) M(10) M(11) M(12) M(13) M(14) M(15)
#define EACH16_MORE(M) M(16) M(17) M(18) M(19) M(20) M(21) M(22) M(23) M(24) M(25) M(26) M(27) M(28) M(29) M(30) M(31)
#define LOAD_X(i)      "    movdqu 184+64*" #i "(%r8), %xmm" #i "\n"
#define LOAD_Y(i)      "    vmovdqu 184+64*" #i "(%r8), %ymm" #i "\n"
#define LOAD_Z(i)      "    vmovdqu64 184+64*" #i "(%r8), %zmm" #i "\n"
#define STORE_X(i)     "    movdqu %xmm" #i ", 2232+64*" #i "(%r8)\n"
#define STORE_Y(i)     "    vmovdqu %ymm" #i ", 2232+64*" #i "(%r8)\n"
#define STORE_Z(i)     "    vmovdqu64 %zmm" #i ", 2232+64*" #i "(%r8)\n"
#define LOAD_K(i)      "    kmovw 184+64*" #i "(%r8), %k" #i "\n"
    EACH16(LOAD_X) "    jmp 3f\n"
                   "1:\n" EACH16(
                       LOAD_Y) "    jmp 3f\n"
                               "2:\n" EACH16(LOAD_Z) EACH16_MORE(LOAD_Z) LOAD_K(1) LOAD_K(2) LOAD_K(3) LOAD_K(4)
                                   LOAD_K(5) LOAD_K(6) LOAD_K(
                                       7) "3:\n"
                                          "    mov 8(%r8), %rbx\n    mov 16(%r8), %rbp\n    mov 24(%r8), %r12\n"
                                          "    mov 32(%r8), %r13\n    mov 40(%r8), %r14\n    mov 48(%r8), %r15\n"
                                          "    call *%rax\n"
                                          "    mov (%rsp), %r8\n"
                                          "    mov %rbx, 56(%r8)\n    mov %rbp, 64(%r8)\n    mov %r12, 72(%r8)\n"
                                          "    mov %r13, 80(%r8)\n    mov %r14, 88(%r8)\n    mov %r15, 96(%r8)\n"
                                          "    pushfq\n    pop 104(%r8)\n    cld\n"
                                          "    stmxcsr 116(%r8)\n    ldmxcsr 112(%r8)\n"
                                          "    fnstenv 152(%r8)\n    fninit\n    fldenv 120(%r8)\n"
                                          "    cmpq $1, (%r8)\n    je 1f\n    ja 2f\n" EACH16(
                                              STORE_X) "    jmp 3f\n"
                                                       "1:\n" EACH16(
                                                           STORE_Y) "    vzeroupper\n"
                                                                    "    jmp 3f\n"
                                                                    "2:\n" EACH16(STORE_Z) EACH16_MORE(
                                                                        STORE_Z) "    vzeroupper\n"
                                                                                 "3:\n"
                                                                                 "    pop %r8\n"
                                                                                 "    pop %r15\n    pop %r14\n    pop "
                                                                                 "%r13\n    pop %r12\n    pop %rbp\n   "
                                                                                 " pop %rbx\n"
                                                                                 "    ret\n"
                                                                                 ".size ln_test_call, .-ln_test_call\n"

/* Functions that change one thing each. */
#define FAULT(name, body) ".globl " name "\n.type " name ", @function\n" name ":\n" body "    ret\n"
    FAULT("ln_test_rbx", "    mov $1, %ebx\n") FAULT("ln_test_rbp", "    mov $1, %ebp\n")
        FAULT("ln_test_r12", "    mov $1, %r12d\n") FAULT("ln_test_r13", "    mov $1, %r13d\n")
            FAULT("ln_test_r14", "    mov $1, %r14d\n") FAULT("ln_test_r15", "    mov $1, %r15d\n")
                FAULT("ln_test_direction", "    std\n") FAULT("ln_test_x87", "    fld1\n")
                    FAULT("ln_test_control", "    push $0x7f\n    fldcw (%rsp)\n    pop %rax\n")
                        FAULT("ln_test_mxcsr", "    push $0x9fc0\n    ldmxcsr (%rsp)\n    pop %rax\n")
                            FAULT("ln_test_upper", "    vpcmpeqd %ymm3, %ymm3, %ymm3\n")
                                FAULT("ln_test_nothing", "    xor %eax, %eax\n    movdqa %xmm1, %xmm0\n"));

static const char *const saved_names[SAVED] = {"rbx", "rbp", "r12", "r13", "r14", "r15"};

static int all_zero(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != 0)
            return 0;
    return 1;
}

const char *registers_changed(ln_kernel *kernel, const ln_args *args, size_t begin, size_t end, int level)
{
    static State s;
    s.level = (uint64_t)level;
    for (size_t i = 0; i < SAVED; i++)
        s.before[i] = 0x1234567890abcdefu * (i + 1);
    for (size_t i = 0; i < VECTORS; i++)
        for (size_t b = 0; b < VECTOR_BYTES; b++) /* NaNs and large numbers among them */
            s.vectors_before[i][b] = (unsigned char)(b % 4 == 3 ? 0x7f + 0x80 * (b / 4 % 2) : 0xb0 + i + b);
    ln_test_call(args, begin, end, kernel, &s);
    for (size_t i = 0; i < SAVED; i++)
        if (s.after[i] != s.before[i])
            return saved_names[i];
    if (s.flags & DIRECTION)
        return "the direction flag";
    if ((s.mxcsr_after & CONTROL) != (s.mxcsr_before & CONTROL))
        return "MXCSR";
    if (memcmp(s.x87_after, s.x87_before, 2) != 0)
        return "the x87 control word";
    if (s.x87_after[8] != 0xff || s.x87_after[9] != 0xff) /* the tag word */
        return "an x87 register is in use";
    const size_t bytes = level >= 2 ? 64 : 32;
    int clean = 1, untouched = 1;
    for (size_t i = 0; i < 16 && level >= 1; i++) {
        clean &= all_zero(s.vectors_after[i] + 16, bytes - 16);
        untouched &= memcmp(s.vectors_after[i] + 16, s.vectors_before[i] + 16, bytes - 16) == 0;
    }
    return clean || untouched ? NULL : "upper halves of vector registers";
}

ln_kernel ln_test_rbx, ln_test_rbp, ln_test_r12, ln_test_r13, ln_test_r14, ln_test_r15, ln_test_direction, ln_test_x87,
    ln_test_control, ln_test_mxcsr, ln_test_upper, ln_test_nothing;

int register_faults_found(int level)
{
    static const struct {
        ln_kernel *function;
        const char *changes;
    } faults[] = {
        {ln_test_rbx, "rbx"},
        {ln_test_rbp, "rbp"},
        {ln_test_r12, "r12"},
        {ln_test_r13, "r13"},
        {ln_test_r14, "r14"},
        {ln_test_r15, "r15"},
        {ln_test_direction, "the direction flag"},
        {ln_test_x87, "an x87 register is in use"},
        {ln_test_control, "the x87 control word"},
        {ln_test_mxcsr, "MXCSR"},
        {ln_test_upper, "upper halves of vector registers"},
    };
    const size_t count = sizeof faults / sizeof faults[0] - (level == 0); /* the last needs AVX */
    int found = registers_changed(ln_test_nothing, NULL, 0, 0, level) == NULL;
    for (size_t i = 0; i < count; i++) {
        const char *wrong = registers_changed(faults[i].function, NULL, 0, 0, level);
        if (wrong && strcmp(wrong, faults[i].changes) == 0)
            continue;
        printf("%s: a call that changes it is said to change %s\n", faults[i].changes, wrong ? wrong : "nothing");
        found = 0;
    }
    return found;
}
#else
const char *registers_changed(ln_kernel *kernel, const ln_args *args, size_t begin, size_t end, int level)
{
    kernel(args, begin, end);
    (void)level;
    return NULL;
}

int register_faults_found(int level)
{
    (void)level;
    return 1;
}
#endif
