// Goal: the example of each public header compiles and does what it says. Method: the build takes
// the lines after "// Example" of the header (header_examples.cmake) as the body of a function;
// each runs in a small organisation of its own.
#include <ostream>
#include <string>
#include <vector>

#include "gtest/gtest.h"

#include "latchkey/engine.h"
#include "latchkey/testing.h"

namespace latchkey {
namespace {

// What an example may use without saying where it has it from.
struct World {
  Engine engine;
  Call host;    // the trusted host
  Call caller;  // bob, acting from acme
  AccountId acme;
  IamId bob;
  KeyId id;           // of a key that bob has in acme
  std::string token;  // of that key
};

struct Example {
  const char* name;
  absl::Status (*run)(const World&);
};

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-variable"  // an example may end at what it shows
#include "header_examples.inc"
#pragma GCC diagnostic pop

void PrintTo(const Example& example, std::ostream* out) { *out << example.name; }

class HeaderExamples : public ::testing::TestWithParam<Example> {
 protected:
  template <class T>
  static T Must(absl::StatusOr<T> result) {
    EXPECT_TRUE(result.ok()) << result.status();
    return std::move(result).value();
  }

  // acme belongs to alice; bob is a member and reads kms there by a role that is defined in code.
  World MakeWorld() const {
    Engine engine = Must(Engine::Open(testing::FastOptions(store_, clock_)));
    const Caller host = Caller::TrustedHost();
    const AccountId acme("acme");
    const IamId bob("IBMid-bob");
    for (const char* name : {"alice", "bob"}) {
      NewUser user;
      user.id = IamId(std::string("IBMid-") + name);
      user.name = name;
      Must(engine.directory().CreateUser(host, user));
    }
    Must(engine.directory().CreateAccount(host, {acme, "acme", IamId("IBMid-alice")}));
    Must(engine.directory().Invite(host, acme, bob));
    Must(engine.directory().AcceptInvitation(host, acme, bob, IfMatch::Any()));
    Service kms;
    kms.name = "kms";
    kms.title = "Key management";
    kms.roles = {{RoleId("role:reader"), "Reader", RoleKind::kService, {"kms.secrets.list"}}};
    EXPECT_TRUE(engine.policies().DefineService(host, kms).ok());
    NewPolicy policy;
    policy.account = acme;
    policy.subject = bob;
    policy.roles = {RoleId("role:reader")};
    policy.resource = {{"serviceName", AttributeOperator::kStringEquals, {"kms"}}};
    Must(engine.policies().Create(host, policy));
    NewApiKey request;
    request.iam_id = bob;
    request.account_id = acme;
    request.name = "laptop";
    const CreatedKey key = Must(engine.keys().Create(host, request));
    const std::string token(key.secret.ExposeSecret());
    const Principal principal = engine.access().Authenticate(token);
    return {std::move(engine), host, Caller::Acting(principal), acme, bob, key.key.id, token};
  }

 private:
  testing::TemporaryStore store_;
  testing::ManualClock clock_;
};

TEST_P(HeaderExamples, DoWhatTheySay) {
  const absl::Status status = GetParam().run(MakeWorld());
  EXPECT_TRUE(status.ok()) << status;
}

INSTANTIATE_TEST_SUITE_P(All, HeaderExamples, ::testing::ValuesIn(kExamples),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace latchkey
