// The change feed: complete, in order, without secrets or hashes.
#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "facade/second_process.h"
#include "facade/service.h"

namespace latchkey::test {
namespace {

// domain C-1: one record per committed mutation, consecutive, with who, what and the tags.
TEST(Feed, HasEveryMutationOnceAndInOrder) {
  Service service;
  const std::uint64_t start = Must(service.engine().Info()).revision;
  const CreatedKey key = service.NewKey("bob");
  Must(service.keys().Lock(service.By("bob"), key.key.id, IfMatch::Any()));
  Must(service.keys().Lock(service.By("bob"), key.key.id, IfMatch::Any()));  // no change
  EXPECT_FALSE(service.keys().Delete(service.By("bob"), key.key.id, IfMatch::Any()).ok());
  const ChangePage page = Must(service.engine().feed().Read(service.host(), start, 1000));
  EXPECT_FALSE(page.trimmed);
  ASSERT_GE(page.changes.size(), 2U);
  for (std::size_t i = 0; i < page.changes.size(); ++i) {
    EXPECT_EQ(page.changes[i].revision, start + 1 + i);
  }
  EXPECT_EQ(page.changes[0].act, "key.create");
  EXPECT_EQ(page.changes[0].by, User("bob"));
  EXPECT_EQ(page.changes[0].object, key.key.id.ToString());
  EXPECT_EQ(page.changes[1].act, "key.lock");
  bool tagged = false;
  for (const ChangedObject& object : page.changes[1].objects) {
    if (object.table != "keys") continue;
    tagged = object.tag_before && object.tag_after && object.tag_after->n == 2;
  }
  EXPECT_TRUE(tagged);
  EXPECT_EQ(ReasonOf(service.engine().feed().Read(service.By("alice"), 0, 10).status()),
            Reason::kNotAllowed);
}

// domain C-1: pages have no gaps, and trimming is detectable.
TEST(Feed, PagesHaveNoGapsAndTrimmingShows) {
  Service service([](Options& options) { options.feed_records = 5; });
  std::uint64_t after = 0;
  std::uint64_t seen = 0;
  while (true) {
    const ChangePage page = Must(service.engine().feed().Read(service.host(), after, 3));
    if (page.changes.empty()) break;
    EXPECT_EQ(page.changes.front().revision, after + 1);
    after = page.next;
    seen += page.changes.size();
  }
  EXPECT_EQ(seen, Must(service.engine().Info()).revision);
  service.clock.Advance(absl::Hours(24 * 365));
  const MaintenanceReport report = Must(service.engine().RunMaintenance(service.host()));
  EXPECT_TRUE(report.complete);
  EXPECT_GT(report.changes_trimmed, 0U);
  EXPECT_TRUE(Must(service.engine().feed().Read(service.host(), 0, 10)).trimmed);
  const std::uint64_t newest = Must(service.engine().Info()).revision;
  EXPECT_FALSE(Must(service.engine().feed().Read(service.host(), newest, 10)).trimmed);
}

// domain K-2, hazard C13: a secret is in the answer to create and nowhere else.
TEST(Feed, HoldsNoSecret) {
  Service service;
  const CreatedKey key = service.NewKey("bob");
  const std::string token(key.secret.ExposeSecret());
  const std::string digits = token.substr(4 + 22 + 4, 43);
  const ChangePage page = Must(service.engine().feed().Read(service.host(), 0, 1000));
  std::size_t searched = 0;
  for (const Change& change : page.changes) {
    for (const ChangedObject& object : change.objects) {
      const std::string image = object.image.value_or("");
      searched += image.size();
      EXPECT_EQ(image.find(digits), std::string::npos);
    }
  }
  EXPECT_GT(searched, 0U);
}

// domain C-1: whoever waits is woken by a commit, of this process or another, and not before.
TEST(Feed, WaitEndsWithTheNextChange) {
  const testing::TemporaryStore place;
  const testing::ManualClock clock;
  SecondProcess other(testing::FastOptions(place, clock),
                      [](const Engine& engine, const std::string& key) {
                        const KeyId id = *KeyId::Parse(key);
                        return engine.keys().Lock(Caller::TrustedHost(), id, IfMatch::Any()).ok();
                      });
  Service service([](Options&) {}, &place);
  const Feed feed = service.engine().feed();
  const std::uint64_t newest = Must(service.engine().Info()).revision;
  const Call soon = Call(service.host()).Within(absl::Milliseconds(30));
  const Call patient = Call(service.host()).Within(absl::Minutes(2));
  EXPECT_TRUE(Must(feed.Wait(soon, newest - 1)));
  EXPECT_FALSE(Must(feed.Wait(soon, newest)));
  KeyId key;
  std::thread writer([&] { key = service.NewKey("bob").key.id; });
  EXPECT_TRUE(Must(feed.Wait(patient, newest)));
  writer.join();
  other.Begin(key.ToString());
  EXPECT_TRUE(Must(feed.Wait(patient, newest + 1)));
  EXPECT_TRUE(other.End());
  EXPECT_EQ(ReasonOf(feed.Wait(service.By("alice"), 0).status()), Reason::kNotAllowed);
}

// domain C-1: Close ends it.
TEST(Feed, WaitEndsWithTheEngine) {
  Service service;
  const Feed feed = service.engine().feed();
  const std::uint64_t newest = Must(service.engine().Info()).revision;
  std::thread closer([&] { service.engine().Close(); });
  const Call patient = Call(service.host()).Within(absl::Minutes(2));
  EXPECT_EQ(ReasonOf(feed.Wait(patient, newest).status()), Reason::kClosed);
  closer.join();
}

}  // namespace
}  // namespace latchkey::test
