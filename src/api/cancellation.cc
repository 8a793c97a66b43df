#include "api/cancellation.h"

namespace ingot::v1 {

Cancellation::Cancellation() : state_(std::make_shared<State>()) {}

void Cancellation::Request() noexcept { state_->cancellation.Request(); }

bool Cancellation::requested() const noexcept { return state_->cancellation.requested(); }

}  // namespace ingot::v1
