// Wall time of the stages of an operation, for reports.
#pragma once

#include <chrono>
#include <utility>

namespace ingot {

class Stopwatch {
 public:
  // Seconds since construction or the last call.
  double Lap() {
    const auto now = std::chrono::steady_clock::now();
    return std::chrono::duration<double>(now - std::exchange(last_, now)).count();
  }

 private:
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace ingot
