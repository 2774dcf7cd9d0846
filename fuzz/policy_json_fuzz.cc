// Any text as policy and as catalogue: refused with a reason of the form, or read such that what is
// written of it reads the same (domain P-8).
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "latchkey/status.h"

#include "engine/codec/policy_json.h"

namespace {

using latchkey::NewPolicy;
using latchkey::Reason;

bool IsReasonOfTheForm(const absl::Status& status) {
  const Reason reason = latchkey::ReasonOf(status);
  return reason == Reason::kMalformed || reason == Reason::kInvalidUtf8 ||
         reason == Reason::kUnknownField || reason == Reason::kUnsupported;
}

bool Same(const NewPolicy& a, const NewPolicy& b) {
  return a.account == b.account && a.subject == b.subject && a.roles == b.roles &&
         a.resource == b.resource && a.description == b.description && a.rule == b.rule &&
         a.pattern == b.pattern && a.tags == b.tags && a.type == b.type &&
         a.subject_attributes == b.subject_attributes;
}

// What was read as either version is written as v2 and read again.
void Check(const absl::StatusOr<NewPolicy>& policy) {
  if (!policy.ok()) {
    if (!IsReasonOfTheForm(policy.status())) std::abort();
    return;
  }
  const absl::StatusOr<NewPolicy> again =
      latchkey::codec::ParsePolicyV2(latchkey::codec::WritePolicyBodyV2(*policy));
  if (!again.ok() || !Same(*again, *policy)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Check(latchkey::codec::ParsePolicyV2(text));
  Check(latchkey::codec::ParsePolicyV1(text));
  const auto services = latchkey::codec::ParseCatalogue(text);
  if (!services.ok() && !IsReasonOfTheForm(services.status())) std::abort();
  return 0;
}
