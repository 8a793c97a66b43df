// Standard output: the data that a command was asked for, and nothing else.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace ingot {

// Collects text and writes it in large pieces. A reader that closes the pipe has had enough (`ingot ls | head -1`): the
// rest is dropped and that is no failure.
class DataOutput {
 public:
  // Does not own the descriptor.
  explicit DataOutput(int fd) : fd_(fd) {}

  void Write(std::string_view text);
  void Line(std::string_view text);

  // False once the reader has closed the pipe: there is no use in going on.
  bool has_reader() const { return !closed_; }

  // Writes what was collected so far, for a person who waits.
  void Flush() { Drain(); }

  // Writes what is left, and tells the first failure of all writes. To be called once at the end.
  Result<void> Finish();

 private:
  void Drain();

  int fd_;
  std::string pending_;
  Result<void> outcome_;
  bool closed_ = false;
};

}  // namespace ingot
