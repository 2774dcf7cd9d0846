// tests/lifecycle/support.h: records to try the rules on, and a text of a record that shows every
// field, so that "unchanged" can be asserted of all of them at once.
#ifndef LATCHKEY_TESTS_LIFECYCLE_SUPPORT_H_
#define LATCHKEY_TESTS_LIFECYCLE_SUPPORT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

#include "latchkey/api_key.h"
#include "latchkey/entity_tag.h"
#include "latchkey/lifecycle.h"

#include "engine/base/records.h"
#include "engine/lifecycle/key_rules.h"

namespace latchkey::lifecycle {

inline const absl::Time kNow = absl::FromUnixSeconds(1'700'000'000);
inline constexpr absl::Duration kTick = absl::Nanoseconds(1);
inline constexpr std::uint32_t kLastSecretNumber = 14'776'335;  // 62^4 - 1

KeyId KeyOf(std::uint8_t number);                // a key id that differs for each number
base::Verifier VerifierOf(std::uint8_t number);  // likewise
EntityTag TagOf(std::uint64_t n, std::uint8_t nonce);
Facts FactsAt(absl::Time now, std::uint8_t nonce = 0xee);

enum class Overlap { kNone, kRunning };

// A key with secret 3 and, when an overlap runs, secret 2 for another hour; otherwise secret 2
// ended exactly at kNow and is still in the record. Disabled ones were disabled by a leak.
// Version 7.
base::KeyRecord RecordIn(KeyState state, Overlap overlap = Overlap::kNone);

std::vector<std::uint32_t> NumbersOf(const base::KeyRecord& record);
std::vector<std::uint32_t> NumbersOf(const ApiKey& key);

// Every field of the record.
std::string Print(const base::KeyRecord& record);

// "changed …", "no change …" or the reason of the error.
std::string Outcome(const absl::StatusOr<Step>& step);

// The Step, which must be a change.
Step Taken(const absl::StatusOr<Step>& step);

}  // namespace latchkey::lifecycle

#endif  // LATCHKEY_TESTS_LIFECYCLE_SUPPORT_H_
