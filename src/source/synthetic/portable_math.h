// Logarithm, exponential function and the quantile of the normal distribution, with the same bits on every machine.
//
// The C library's functions differ between libraries and their versions in the last bit, and rows that are drawn with
// them would too. These use additions, multiplications, divisions and square roots alone, which IEEE 754 defines to the
// bit; the file is compiled without fused multiplications. Errors stay below some 1e-15 of the result, which no test of
// a distribution can see. Changing a bit of any of them is another version of the generators that use them.
#pragma once

namespace ingot {

// Requires: x > 0, finite, not subnormal.
double PortableLog(double x);
// Requires: |x| <= 700.
double PortableExp(double x);
// The z below which a share of `p` of the standard normal distribution lies. Requires: 0 < p < 1.
// The rational functions are those of Wichura, "Algorithm AS 241: the percentage points of the normal distribution",
// Applied Statistics 37 (1988).
double PortableNormalQuantile(double p);

}  // namespace ingot
