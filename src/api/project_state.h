// What a public Project holds.
#pragma once

#include "api/session.h"
#include "ingot/project.h"

namespace ingot::v1 {

struct Project::State {
  SessionPlace place;  // with a folder
};

}  // namespace ingot::v1
