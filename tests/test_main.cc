// Starts the tests of a room. Properties are tried on the same values in every run; RC_PARAMS="seed=..." in the
// environment tries others.
#include <gmock/gmock.h>

#include <cstdlib>

int main(int argc, char** argv) {
  constexpr int kKeepWhatIsThere = 0;
  ::setenv("RC_PARAMS", "seed=20261123", kKeepWhatIsThere);  // NOLINT(concurrency-mt-unsafe): no thread is there yet
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
