#include "engine/facade/options_check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/codec/token.h"
#include "engine/crypto/crypto.h"

namespace latchkey::inline v0::facade {
namespace {

absl::Status Refuse(std::string_view message) {
  return base::Error(Reason::kInvalidOptions, message);
}

absl::Status CheckRange(std::string_view field, std::uint64_t value, std::uint64_t least,
                        std::uint64_t most) {
  if (value >= least && value <= most) return absl::OkStatus();
  return Refuse(absl::StrCat(base::ToAbsl(field), " must be within ", least, "..", most));
}

// The weakest memory that OWASP's list of equivalents still has (7 MiB at 5 passes).
constexpr std::uint32_t kProductionMemoryMinKib = 7 * 1024;

absl::Status CheckArgon2(const Options& options) {
  const std::uint32_t memory_min =
      options.allow_weak_argon2_for_tests ? crypto::kArgon2MemoryMinKib : kProductionMemoryMinKib;
  LATCHKEY_RETURN_IF_ERROR(CheckRange("argon2.memory_kib", options.argon2.memory_kib, memory_min,
                                      crypto::kArgon2MemoryMaxKib));
  LATCHKEY_RETURN_IF_ERROR(
      CheckRange("argon2.passes", options.argon2.passes, 1, crypto::kArgon2PassesMax));
  LATCHKEY_RETURN_IF_ERROR(
      CheckRange("argon2_concurrency (0: number of cores)", options.argon2_concurrency, 0, 1024));
  return CheckRange("argon2_waiting", options.argon2_waiting, 0, 1'000'000);
}

absl::Status CheckNames(const Options& options) {
  if (!codec::IsTokenPrefix(options.token_prefix)) {
    return Refuse("token_prefix must be 1..16 of [A-Za-z][A-Za-z0-9]* without a digit at its end");
  }
  if (options.crn_prefix.empty() || options.crn_prefix.size() > 64 ||
      !base::IsPrintableAscii(options.crn_prefix)) {
    return Refuse("crn_prefix must be 1..64 printable ASCII characters");
  }
  if (options.realms.empty()) return Refuse("realms must name at least one realm");
  const bool all_good =
      std::all_of(options.realms.begin(), options.realms.end(), [](const std::string& realm) {
        return !realm.empty() && realm.size() <= 32 && base::IsPrintableAscii(realm) &&
               realm.find('-') == std::string::npos && realm != "iam";
      });
  if (!all_good) return Refuse("realms must be 1..32 printable characters, no dash, not `iam`");
  return absl::OkStatus();
}

absl::Status CheckLimits(const Limits& limits) {
  const std::uint32_t least = std::min(
      {limits.keys_per_identity, limits.groups_per_account, limits.groups_per_identity,
       limits.policies_per_account, limits.policies_per_subject, limits.custom_roles_per_account,
       limits.service_ids_per_account, limits.profiles_per_account, limits.users_per_account,
       limits.history_per_key, limits.context_rules_per_account, limits.network_zones_per_account,
       limits.ranges_per_zone, limits.ranges_per_account});
  if (least == 0) return Refuse("limits must each be at least 1");
  return absl::OkStatus();
}

absl::Status CheckSizes(const Options& options) {
  constexpr std::uint64_t kMiB = 1 << 20;
  LATCHKEY_RETURN_IF_ERROR(
      CheckRange("map_size_bytes", options.map_size_bytes, kMiB, kMiB * kMiB * 64));
  LATCHKEY_RETURN_IF_ERROR(CheckRange("max_readers", options.max_readers, 16, 65536));
  LATCHKEY_RETURN_IF_ERROR(
      CheckRange("verified_credentials", options.verified_credentials, 1, 1U << 28));
  LATCHKEY_RETURN_IF_ERROR(
      CheckRange("compiled_access_bytes", options.compiled_access_bytes, kMiB, kMiB * kMiB));
  LATCHKEY_RETURN_IF_ERROR(CheckRange("feed_records", options.feed_records, 1, 1ULL << 40));
  if (options.request_id_retention < absl::Minutes(1)) {
    return Refuse("request_id_retention must be at least a minute");
  }
  if (options.feed_retention < absl::Minutes(1)) {
    return Refuse("feed_retention must be at least a minute");
  }
  const absl::Duration interval = options.maintenance_interval;
  if (interval != absl::ZeroDuration() &&
      (interval < absl::Milliseconds(10) || interval > absl::Hours(24))) {
    return Refuse("maintenance_interval must be zero (no thread) or within 10 ms..24 h");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckOptions(const Options& options) {
  if (options.path.empty()) return Refuse("path must name the directory of the store");
  if (options.path.find('\0') != std::string::npos) return Refuse("path must not hold a NUL");
  if (options.mode > OpenMode::kMustCreate) return Refuse("mode must be one of OpenMode");
  LATCHKEY_RETURN_IF_ERROR(CheckNames(options));
  LATCHKEY_RETURN_IF_ERROR(CheckArgon2(options));
  LATCHKEY_RETURN_IF_ERROR(CheckLimits(options.limits));
  return CheckSizes(options);
}

}  // namespace latchkey::inline v0::facade
