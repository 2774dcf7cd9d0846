// A running engine with a small organisation, for tests that speak only the public roof.
//
//   account acme   owner alice; members bob, carol (administrator of identities), dan; service ID
//                  "robot", profile "ops"; group "staff" with bob
//   account beta   owner bea; member bob
//   service shop   roles Reader {shop.item.read}, Writer {shop.item.read, shop.item.write},
//                  Administrator {iam.policy.create/read/update/delete, shop.item.read}
//   service iam-identity with Administrator holding everything of domain W-10
#ifndef LATCHKEY_TESTS_FACADE_SERVICE_H_
#define LATCHKEY_TESTS_FACADE_SERVICE_H_

#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "latchkey/engine.h"
#include "latchkey/testing.h"

namespace latchkey::test {

inline const char kReader[] = "crn:v1:bluemix:public:iam::::serviceRole:Reader";
inline const char kWriter[] = "crn:v1:bluemix:public:iam::::serviceRole:Writer";
inline const char kAdministrator[] = "crn:v1:bluemix:public:iam::::role:Administrator";

inline IamId User(std::string_view name) { return IamId("IBMid-" + std::string(name)); }

// The value, or a test failure and the end of the program.
template <class T>
T Must(absl::StatusOr<T> result) {
  if (!result.ok()) {
    ADD_FAILURE() << result.status().message();
    std::abort();
  }
  return *std::move(result);
}
inline void Must(const absl::Status& status) {
  if (!status.ok()) {
    ADD_FAILURE() << status.message();
    std::abort();
  }
}

class Service {
 public:
  // Adjusts the options before the store is opened.
  using Adjust = void (*)(Options&);
  // `place`: where to put the store instead of a directory of its own; must outlive this.
  explicit Service(Adjust adjust = nullptr, const testing::TemporaryStore* place = nullptr);

  // The engine of this process, opened again on the same store.
  void Reopen();

  [[nodiscard]] Caller host() const { return Caller::TrustedHost(); }
  [[nodiscard]] Principal As(std::string_view user, std::string_view account = "acme") const;
  [[nodiscard]] Principal AsServiceId(const IamId& id, std::string_view account = "acme") const;
  // `user` applying the profile "ops".
  [[nodiscard]] Principal AsProfile(std::string_view user) const;
  [[nodiscard]] Caller By(std::string_view user, std::string_view account = "acme") const {
    return Caller::Acting(As(user, account));
  }
  // A key of the user, made by the user itself.
  CreatedKey NewKey(std::string_view user, std::string_view name = "key",
                    std::string_view account = "acme") const;
  // A policy on the whole service `service` of `account`.
  Policy Grant(std::string_view account, const PolicySubject& subject, std::string_view role,
               std::string_view service = "shop") const;
  void AddUser(std::string_view name, std::string_view account);

  [[nodiscard]] Decision Check(std::string_view token, std::string_view action,
                               std::string_view account = "acme") const;
  [[nodiscard]] std::uint64_t argon2_runs() const {
    return Must(engine().Info()).counters.argon2_runs;
  }
  [[nodiscard]] const Engine& engine() const { return *engine_; }
  [[nodiscard]] Engine& engine() { return *engine_; }
  [[nodiscard]] Keys keys() const { return engine_->keys(); }
  [[nodiscard]] Directory directory() const { return engine_->directory(); }
  [[nodiscard]] Policies policies() const { return engine_->policies(); }
  [[nodiscard]] Access access() const { return engine_->access(); }
  [[nodiscard]] const Options& options() const { return options_; }

  testing::TemporaryStore store;
  testing::ManualClock clock;
  IamId robot;  // service ID of acme
  IamId ops;    // trusted profile of acme
  GroupId staff;

 private:
  void Build();

  Options options_;
  std::optional<Engine> engine_;
};

}  // namespace latchkey::test

#endif  // LATCHKEY_TESTS_FACADE_SERVICE_H_
