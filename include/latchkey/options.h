// latchkey/options.h: everything that an embedder decides when it opens a store.
//
// Options are validated at open (kInvalidOptions names the field), and those marked *fixed* are
// stored when the store is created and compared at every later open (kStoreMismatch).
//
// Rules
//   [domain K-8]   the token prefix is the embedder's.
//   [hazard K1]    Argon2id at 19 MiB and 2 passes by default (the OWASP minimum).
//   [hazard L12]   there is one durable mode and no option against it.
#ifndef LATCHKEY_OPTIONS_H_
#define LATCHKEY_OPTIONS_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"

#include "latchkey/version.h"

namespace latchkey::inline v0 {

// Source of time. All functions: any thread, no blocking.
class Clock {
 public:
  virtual ~Clock() = default;
  // Wall-clock time. A step backwards revives nothing: see domain K-11.
  [[nodiscard]] virtual absl::Time Now() const = 0;
  // The same in microseconds since the Unix epoch, for less, late by at most 10 ms and never ahead
  // of Now: decisions are made by it.
  [[nodiscard]] virtual std::int64_t CoarseNowUs() const { return absl::ToUnixMicros(Now()); }
  // Time since some fixed instant, not stepped by anybody (CLOCK_BOOTTIME).
  [[nodiscard]] virtual absl::Duration SinceBoot() const = 0;

  // The machine's clocks. Never destroyed.
  [[nodiscard]] static const Clock& System();
};

enum class OpenMode : std::uint8_t { kOpenOrCreate = 0, kMustExist = 1, kMustCreate = 2 };

// Cost of one Argon2id. A stored verifier of another cost still verifies.
struct Argon2Cost {
  std::uint32_t memory_kib = 19 * 1024;  // 7,168..262,144 unless allow_weak_argon2_for_tests
  std::uint32_t passes = 2;              // 1..10
  bool operator==(const Argon2Cost&) const = default;
};

// Limits of domain section 9; all at least 1.
struct Limits {
  std::uint32_t keys_per_identity = 20;  // per account; an account's setting overrides it
  std::uint32_t groups_per_account = 500;
  std::uint32_t groups_per_identity = 50;  // per account
  std::uint32_t policies_per_account = 4020;
  std::uint32_t policies_per_subject = 1000;
  std::uint32_t custom_roles_per_account = 40;
  std::uint32_t service_ids_per_account = 2000;
  std::uint32_t profiles_per_account = 2000;
  std::uint32_t users_per_account = 7500;
  std::uint32_t history_per_key = 200;
  std::uint32_t context_rules_per_account = 500;
  std::uint32_t network_zones_per_account = 500;
  std::uint32_t ranges_per_zone = 1000;  // addresses and exclusions together
  // Of all zones of an account. With the number of rules it bounds what a decision looks at.
  std::uint32_t ranges_per_account = 10'000;
};

// What happened, for the host's own logs and metrics. Called on the thread of the call, after its
// transaction ended; must not call the engine and must not throw. Never sees a secret.
class Observer {
 public:
  virtual ~Observer() = default;
  enum class Event : std::uint8_t {
    kStaleReadersCleared,  // count: reader slots of dead processes
    kCommitFenced,         // count: fence commits after one in doubt
    kClockAhead,           // the clock jumped ahead of boot time and was not latched (K-11)
    kMemoryNotLocked,      // RLIMIT_MEMLOCK is too small for the process key (hazard C24)
    kCorruptRecord,        // a record failed its checksum; the call failed with kCorrupt
  };
  virtual void OnEvent(Event event, std::uint64_t count) = 0;
};

struct Options {
  std::string path;  // the directory of the store; created with mode 0700
  OpenMode mode = OpenMode::kOpenOrCreate;

  const Clock* clock = nullptr;  // null: Clock::System(); must outlive the engine
  Observer* observer = nullptr;  // null: nobody; must outlive the engine

  std::string token_prefix = "lk";  // fixed; 1..16 of [A-Za-z][A-Za-z0-9]*, no last digit
  std::string crn_prefix = "crn:v1:bluemix:public";  // fixed; of keys, roles and profiles
  std::vector<std::string> realms = {"IBMid"};       // of users' IAM ids: the text before the dash

  Argon2Cost argon2;
  bool allow_weak_argon2_for_tests =
      false;                             // accepts any cost libsodium can do: never in production
  std::uint32_t argon2_concurrency = 0;  // at most so many at once; 0: number of cores
  std::uint32_t argon2_waiting = 256;    // at most so many waiting; more are refused with kBusy

  Limits limits;

  // Fixed: whether there is one. 32 bytes; turns the checksum of every record into a MAC, so that a
  // record edited or moved by a thief of the file is refused as kCorrupt.
  std::optional<std::array<std::uint8_t, 32>> record_key;

  std::uint64_t map_size_bytes = std::uint64_t{64} << 30;  // address space, not memory or disk
  std::uint32_t max_readers = 1024;    // reader slots, of all processes together
  bool allow_any_file_system = false;  // hazard L11: at your own risk
  // Tokens remembered as verified, and found again without reading the store: 122 bytes for each,
  // and 43 for its ways to up to four accounts, all of which is taken when it is first used. An
  // account that shows more than find room takes its own places, not those of others.
  std::uint32_t verified_credentials = 65536;
  // Compiled access of identities to accounts: 43 to 85 bytes for each policy of each pair that was
  // asked about, and some 100 bytes for the pair. Policies with patterns, tags or rules take up to
  // a quarter of this in addition.
  std::uint64_t compiled_access_bytes = std::uint64_t{64} << 20;

  absl::Duration request_id_retention = absl::Hours(24);
  absl::Duration feed_retention = absl::Hours(24 * 30);  // trimmed by RunMaintenance only
  std::uint64_t feed_records = 1'000'000;
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_OPTIONS_H_
