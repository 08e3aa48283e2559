/* SPDX-License-Identifier: MIT */
// Calls a vendored pair of files from C++: a norm over the rows of a std::vector, through the function that checks its
// arguments.
#include "gpt2.h"

#include <cstdio>
#include <vector>

int main()
{
    const std::size_t width = 768, rows = 5;
    std::vector<float> x(rows * width), gamma(width, 2.0f), beta(width, 1.0f), rstd(rows);
    for (std::size_t i = 0; i < x.size(); i++)
        x[i] = static_cast<float>(i % 13);

    gpt2_args args{};
    args.width = args.x_stride = args.y_stride = width;
    args.x = args.y = x.data(); // y takes the place of x
    args.gamma = gamma.data();
    args.beta = beta.data();
    args.rstd = rstd.data();
    args.eps = 1e-5f;
    const int status = gpt2_layernorm_f32_batch(&args, rows);
    if (status != GPT2_OK) {
        std::fprintf(stderr, "%s\n", gpt2_message(status));
        return 1;
    }
    double mean = 0;
    for (std::size_t i = 0; i < width; i++)
        mean += x[i] / static_cast<double>(width);
    std::printf("mean of the first row afterwards: %.6f, on %s\n", mean, gpt2_isa());
    return mean > 0.9999 && mean < 1.0001 ? 0 : 1;
}
