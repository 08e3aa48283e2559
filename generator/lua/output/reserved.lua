-- SPDX-License-Identifier: MIT
-- reserved.lua: names that a prefix may not be: what C, C++, their libraries and the intrinsics' headers use, and file
-- names that would hide a header. Returns why(name) -> nil, or what the name collides with.
local engine = require "output.engine"

local lists = {
  ["the prefix of lngen's library"] = "ln",
  ["a keyword of C or C++"] = [[
    alignas alignof and and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bitand bitor bool break case catch
    char char8_t char16_t char32_t class co_await co_return co_yield compl concept const const_cast consteval constexpr
    constinit continue decltype default delete do double dynamic_cast else enum explicit export extern false float for
    friend goto if inline int long mutable namespace new noexcept not not_eq nullptr operator or or_eq private protected
    public reflexpr register reinterpret_cast requires restrict return short signed sizeof static static_assert
    static_cast struct switch synchronized template this thread_local throw true try typedef typeid typename typeof
    typeof_unqual union unsigned using virtual void volatile wchar_t while xor xor_eq fortran import module]],
  ["a name of the C library"] = [[
    abort abs acos acosh aligned_alloc asctime asin asinh assert at_quick_exit atan atan2 atanh atexit atof atoi atol
    atoll bsearch cabs calloc carg cbrt ceil cexp cimag clearerr clock clog conj copysign cos cosh cpow creal csin csqrt
    ctan ctime difftime div erf erfc errno exit exp exp2 expm1 fabs fclose fdim feof ferror fflush fgetc fgetpos fgets
    fgetwc fgetws fileno floor fma fmax fmin fmod fopen fprintf fputc fputs fread free freopen frexp fscanf fseek
    fsetpos ftell fwrite getc getchar getenv gets gmtime hypot ilogb isalnum isalpha isblank iscntrl isdigit isfinite
    isgraph isinf islower isnan isnormal isprint ispunct isspace isupper isxdigit j0 j1 jn labs ldexp ldiv lgamma llabs
    lldiv llrint llround localtime log log10 log1p log2 logb longjmp lrint lround main malloc mblen mbstowcs mbtowc
    memchr memcmp memcpy memmove memset mktime modf nan nearbyint nextafter nexttoward offsetof perror pow printf putc
    putchar puts qsort quick_exit raise rand random realloc remainder remove remquo rename rewind rint round scalbln
    scalbn scanf setbuf setjmp setvbuf signal signbit sin sinh size_t snprintf sprintf sqrt srand sscanf stderr stdin
    stdout strcat strchr strcmp strcoll strcpy strcspn strdup strerror strftime strlen strncat strncmp strncpy strpbrk
    strrchr strspn strstr strtod strtof strtok strtol strtold strtoll strtoul strtoull strxfrm system tan tanh tgamma
    time timespec_get tmpfile tmpnam tolower toupper trunc ungetc va_arg va_copy va_end va_list va_start vfprintf
    vprintf vsnprintf vsprintf wcscat wcschr wcscmp wcscpy wcslen wcstombs wctomb y0 y1 yn
    access bind close connect dup exec fork index link listen open pipe poll read recv rindex select send sleep socket
    stat std sync unlink wait write getline getdelim getopt strsep stpcpy strnlen usleep popen pclose environ dprintf
    mmap munmap kill nice pause alarm times uname truncate chdir mkdir rmdir mkfifo mknod umask y0f asprintf bcmp bcopy
    bzero int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t intptr_t uintptr_t intmax_t uintmax_t
    ptrdiff_t ssize_t off_t time_t clock_t FILE DIR CHAR_BIT M_PI gamma sincos strcasecmp strtoimax memmem mempcpy
    memccpy memrchr NULL EOF NAN INFINITY page DBL_MAX FLT_MAX SIZE_MAX INT_MAX near far linux unix i386]],
  ["the name of a header, which PREFIX.h would hide"] = [[
    assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdalign stdarg stdatomic
    stdbit stdbool stdckdint stddef stdint stdio stdlib stdnoreturn string strings tgmath threads time uchar wchar
    wctype unistd pthread cpuid memory malloc features alloca endian byteswap
    immintrin xmmintrin emmintrin pmmintrin tmmintrin smmintrin nmmintrin wmmintrin ammintrin x86intrin x86gprintrin
    avxintrin avx2intrin avx512fintrin avx512bwintrin avx512dqintrin avx512vlintrin fmaintrin f16cintrin mmintrin intrin
    arm_neon arm_sve arm_acle arm_fp16 arm_bf16 mm_malloc omp windows]],
  ["how macros of system headers begin, such as R_OK, SOCK_STREAM and SIZE_WIDTH"] = [[
    f r w x sock ex mm at block statx size ptrdiff intptr uintptr intmax uintmax bool schar uchar shrt ushrt uint ulong
    llong ullong wint sig_atomic z sqlite]],
  ["how names of system headers begin, such as fd_set, S_OK and TYPE_ALIGNMENT"] = [[
    fd pkey reg tss ansi bidi bs callback cd cert cf clsid crl ctl dc dcb dm drv drvcnf dvd facility fmtid guid idc idh
    iid kp mb midicaps ntapi piddsi probe propsheetpage ps psbtn pwr s sc stgty tymed type unicode varcmp ver vt vtbit
    winapi wm xst]],
  ["the name of a device, which Windows does not allow for files"] = [[
    con prn aux nul com1 com2 com3 com4 com5 com6 com7 com8 com9 lpt1 lpt2 lpt3 lpt4 lpt5 lpt6 lpt7 lpt8 lpt9]],
}

local known = {}
for what, names in pairs(lists) do
  for name in names:gmatch("%S+") do known[name] = what end
end

-- How names are made from those above, and how families of names begin.
local VARIANTS = { "[fl]$", "_r$", "_l$", "64$", "_s$", "_unlocked$" }
local FAMILIES = { "^pthread_", "^posix_", "^atomic_", "^memory_order", "^mtx_", "^cnd_", "^thrd_", "^tss_" }

local WIDTHS = { "^u?int%d+$", "^u?int_fast%d+$", "^u?int_least%d+$" } -- INT8_WIDTH and others

local INTRINSICS = {
  "^m?mm?%d*_", "^[kK]mask%d*$", "^u?int%d+x%d+_t$", "^m64$", "^m128[id]?$", "^m256[id]?$", "^m512[id]?$",
}

local function of_the_library(name)
  for _, variant in ipairs(VARIANTS) do
    local base = known[(name:gsub(variant, ""))]
    if base == "a name of the C library" then return true end
  end
  for _, family in ipairs(FAMILIES) do
    if name:find(family) then return true end
  end
end

local LENGTH_MAX = 40

return function(name)
  if not name:find("^[%a_][%w_]*$") then return "is not an identifier of C: letters, digits and _, no digit first" end
  if #name > LENGTH_MAX then return ("is longer than %d characters"):format(LENGTH_MAX) end
  if name:find("^_") or name:find("__") then
    return "is reserved: identifiers with '__' or a leading '_' belong to compilers and intrinsics"
  end
  local what = known[name] or known[name:lower()]
  if what then return "is " .. what end
  local owner = engine.owner(name)
  if owner then return "is a name of " .. owner .. "'s own" end
  if of_the_library(name) then return "is a name of the C library" end
  for _, width in ipairs(WIDTHS) do
    if name:lower():find(width) then return "is how macros of stdint.h begin" end
  end
  if name:find("^[lL][nN]_") then return "begins as the names of lngen's library do" end
  for _, intrinsic in ipairs(INTRINSICS) do
    if name:find(intrinsic) then return "is how intrinsics begin" end
  end
  if name:find("_$") then return "ends with '_', which would make '__' in every symbol" end
end
