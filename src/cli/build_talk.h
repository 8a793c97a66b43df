// What is told of a build that went well, beside its row in a table.
#pragma once

#include <string>

#include "cli/talk.h"
#include "dataset/build.h"

namespace ingot {

// Warnings, checks that were let pass, with -v all verdicts and timings; with --progress json one event.
void TellBuild(Talk& talk, const std::string& subject, const BuildReport& report);

}  // namespace ingot
