// A request that was looked at once is the same question as before, and never an answer
// (domain A-3).
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "facade/service.h"

namespace latchkey::test {
namespace {

constexpr AccessRequest kRead = {"acme", "shop", "shop.item.read", {}};

std::string TokenOf(const CreatedKey& key) { return std::string(key.secret.ExposeSecret()); }

// Its texts are its own: those that it was made of may go.
TEST(PreparedRequest, OwnsItsTexts) {
  const Service service;
  std::optional<PreparedRequest> kept;
  {
    const std::string account = "acme";
    const std::string service_name = "shop";
    const std::string action = "shop.item.read";
    const std::string key = "region";
    const std::string value = "eu";
    const std::string tag = "env:prod";
    const std::vector<RequestAttribute> attributes = {{key, value}};
    const std::vector<std::string_view> tags = {tag};
    const PreparedRequest made =
        Must(service.access().Prepare({account, service_name, action, attributes, tags}));
    kept = made;
  }
  const AccessRequest& request = kept->request();
  EXPECT_EQ(request.account, "acme");
  EXPECT_EQ(request.service, "shop");
  EXPECT_EQ(request.action, "shop.item.read");
  ASSERT_EQ(request.attributes.size(), 1U);
  EXPECT_EQ(request.attributes[0].key, "region");
  EXPECT_EQ(request.attributes[0].value, "eu");
  ASSERT_EQ(request.tags.size(), 1U);
  EXPECT_EQ(request.tags[0], "env:prod");
  const PreparedRequest moved = *std::move(kept);
  EXPECT_EQ(moved.request().account, "acme");
  EXPECT_EQ(kept->request().account, "acme") << "nothing is left without a request";
}

// domain section 7 step 1
TEST(PreparedRequest, IsRefusedIfTheRequestIsNotWellFormed) {
  Service service;
  EXPECT_EQ(ReasonOf(service.access().Prepare({"", "shop", "shop.item.read", {}}).status()),
            Reason::kMalformed);
  service.engine().Close();
  EXPECT_EQ(ReasonOf(service.access().Prepare(kRead).status()), Reason::kClosed);
}

// domain A-3: warm without the store, and over as soon as access is.
TEST(PreparedRequest, IsAskedAnewEachTime) {
  const Service service;
  const Policy policy = service.Grant("acme", User("bob"), kReader);
  const std::string token = TokenOf(service.NewKey("bob"));
  const PreparedRequest read = Must(service.access().Prepare(kRead));
  const Principal kept = service.access().Authenticate(token);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(service.access().Check(token, read).allowed());
    ASSERT_TRUE(service.access().Authorize(kept, read).allowed());
  }
  const std::uint64_t before = Must(service.engine().Info()).counters.snapshots;
  EXPECT_TRUE(service.access().Check(token, read).allowed());
  EXPECT_TRUE(service.access().Authorize(kept, read).allowed());
  EXPECT_EQ(Must(service.engine().Info()).counters.snapshots - before, 1U) << "Info's own";
  Must(service.policies().Delete(service.host(), AccountId("acme"), policy.id, IfMatch::Any()));
  EXPECT_EQ(service.access().Check(token, read).reason(), Reason::kNoPolicy);
  EXPECT_EQ(service.access().Authorize(kept, read).reason(), Reason::kNoPolicy);
  service.Grant("acme", User("bob"), kReader);
  EXPECT_TRUE(service.access().Check(token, read).allowed());
}

// hazard C85: what one engine hashed means nothing to another, with another key.
TEST(PreparedRequest, OfAnotherEngineIsTheRequestItself) {
  const Service first;
  Service second;
  second.Grant("acme", User("bob"), kReader);
  const PreparedRequest read = Must(first.access().Prepare(kRead));
  const PreparedRequest write =
      Must(first.access().Prepare({"acme", "shop", "shop.item.write", {}}));
  const std::string token = TokenOf(second.NewKey("bob"));
  const Principal kept = second.access().Authenticate(token);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(second.access().Check(token, read).allowed());
    EXPECT_TRUE(second.access().Authorize(kept, read).allowed());
    EXPECT_EQ(second.access().Check(token, write).reason(), Reason::kNoPolicy);
  }
  second.Reopen();
  EXPECT_TRUE(second.access().Check(token, read).allowed());
}

}  // namespace
}  // namespace latchkey::test
