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

// Cost of one Argon2id. A stored verifier of another cost still verifies; one that is below the
// configured cost, in neither member above it, is made anew by upkeep after its next use.
struct Argon2Cost {
  std::uint32_t memory_kib = 19 * 1024;  // 7,168..262,144 unless allow_weak_argon2_for_tests
  std::uint32_t passes = 2;              // 1..10
  bool operator==(const Argon2Cost&) const = default;
};

// For secrets that people choose, and the default here: what OWASP asks for at least. About 17 ms.
inline constexpr Argon2Cost kArgon2Owasp{19 * 1024, 2};

// The least that is accepted in production, for stores in which the first use of a key must be
// cheap. A quarter of the default's time for each first authentication of a token in a process.
//
// Argon2 makes each guess dear, which matters where there are few secrets to guess. Here the engine
// draws every secret, 256 bits from the kernel [domain K-3]: whoever steals the file has 2^256 to
// try, and cannot finish at any price per guess, nor at none (NIST and ASVS accept a plain hash
// from 112 bits on, hazard F11). So a lower cost gives up no security that a thief could use. What
// Argon2 still does at any cost: the file holds nothing from which a secret can be computed back,
// equal secrets look different, and whoever inspects the store by checklist finds the hash that
// they expect. What a higher cost takes: time and memory of every first use, which an attacker with
// one issued token can spend too, up to the bounds of argon2_concurrency and argon2_waiting.
inline constexpr Argon2Cost kArgon2GeneratedSecrets{7 * 1024, 1};

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

// What happened, for the host's own logs and metrics. Called on the thread of the call or upkeep,
// after its transaction ended; must not call the engine and must not throw. Never sees a secret.
class Observer {
 public:
  virtual ~Observer() = default;
  enum class Event : std::uint8_t {
    kStaleReadersCleared,  // count: reader slots of dead processes
    kCommitFenced,         // count: fence commits after one in doubt
    kClockAhead,           // the clock jumped ahead of boot time and was not latched (K-11)
    kMemoryNotLocked,      // RLIMIT_MEMLOCK is too small for the process key (hazard C24)
    kCorruptRecord,        // a record failed its checksum; the call failed with kCorrupt
    kActivityFailed,       // counts of authentications could not be written and stay in memory
    kMaintenanceFailed,    // a run of the engine's own maintenance thread ended in a fault
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

  // Zero: the library starts no thread, and the host calls Engine::RunMaintenance. Else, 10 ms to a
  // day: the engine runs one thread that does the same once per interval, for at most an interval.
  // It ends with Close, is not in a forked child, takes no signals, and tells faults to the
  // observer.
  absl::Duration maintenance_interval = absl::ZeroDuration();
};

}  // namespace latchkey::inline v0

#endif  // LATCHKEY_OPTIONS_H_
