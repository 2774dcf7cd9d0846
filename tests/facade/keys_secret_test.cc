// Where the secret of a key goes: once to its person, and nowhere else; and what happens when the
// kernel gives no randomness to make one of.
#include <gtest/gtest.h>
#include <sys/types.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "engine/crypto/random_source.h"
#include "facade/service.h"

namespace latchkey::test {
namespace {

NewApiKey Named(std::string_view name) {
  NewApiKey request;
  request.name = name;
  return request;
}

std::string TextOf(const ApiKey& key) {
  std::string text = key.id.ToString() + key.entity_tag.ToString() + key.crn + key.name +
                     key.account_id.text() + key.iam_id.text() + key.created_by.text() +
                     key.description.value_or("");
  for (const SecretInfo& secret : key.secrets) text += secret.made_by.text();
  return text;
}

// Every string that the roof gives about the keys of acme, their history and the feed.
std::string Everything(const Service& service) {
  KeyQuery query;
  query.account_id = AccountId("acme");
  std::string text;
  const KeyPage page = Must(service.keys().List(service.host(), query, {100, ""}));
  text += page.next;
  for (const ApiKey& listed : page.keys) {
    text += TextOf(listed) + TextOf(Must(service.keys().Get(service.host(), listed.id)));
    for (const HistoryEntry& entry : Must(service.keys().History(service.host(), listed.id))) {
      text += entry.by.text();
      for (const std::string& field : entry.fields) text += field;
    }
  }
  for (const Change& change : Must(service.engine().feed().Read(service.host(), 0, 1000)).changes) {
    text += change.by.text() + change.act + change.object;
    for (const ChangedObject& object : change.objects) {
      text += object.table + object.key + object.image.value_or("");
    }
  }
  return text;
}

std::string Explained(const Service& service, std::string_view token) {
  const Principal principal = service.access().Authenticate(token);
  const Explanation why = Must(
      service.access().Explain(service.host(), principal, {"acme", "shop", "shop.item.read", {}}));
  const PrincipalDescription who = Must(service.access().Describe(service.host(), principal));
  return why.text + why.identity.text() + who.name + who.key_name + who.identity.text();
}

std::string FilesOf(const std::string& directory) {
  std::string bytes;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path(), std::ios::binary);
    bytes.append(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return bytes;
}

// What of a token must never be seen again: any 12 characters of its secret and of its tag.
void ExpectNoTraceOf(const std::string& token, const std::string& text, const char* where) {
  constexpr std::size_t kSecretAt = 4 + 22 + 4;
  constexpr std::size_t kEnd = kSecretAt + 43 + 11;
  constexpr std::size_t kWindow = 12;
  for (std::size_t at = kSecretAt; at + kWindow <= kEnd; ++at) {
    EXPECT_EQ(text.find(token.substr(at, kWindow)), std::string::npos) << where;
  }
}

// domain K-2, hazard C13: the canary is the secret itself.
TEST(KeysSecret, IsSeenInNoAnswerRecordFeedOrFile) {
  Service service;
  service.Grant("acme", User("bob"), kReader);
  const Caller bob = service.By("bob");
  const CreatedKey made = service.NewKey("bob");
  const KeyId id = made.key.id;
  const CreatedKey rotated = Must(service.keys().Rotate(bob, id, IfMatch::Any(), absl::Hours(1)));
  const std::string first(made.secret.ExposeSecret());
  const std::string second(rotated.secret.ExposeSecret());
  ASSERT_TRUE(service.Check(first, "shop.item.read").allowed());
  ASSERT_TRUE(service.Check(second, "shop.item.read").allowed());
  const std::string explained = Explained(service, first) + Explained(service, second);
  Must(service.keys().Lock(bob, id, IfMatch::Any()));
  EXPECT_FALSE(service.keys().Delete(bob, id, IfMatch::Any()).ok());
  const std::string said = Everything(service) + explained;
  EXPECT_NE(said.find(id.ToString()), std::string::npos) << "the search does find something";
  const std::string files = FilesOf(service.store.path());
  EXPECT_GT(files.size(), 10'000u);
  for (const std::string& token : {first, second}) {
    ExpectNoTraceOf(token, said, "answers");
    ExpectNoTraceOf(token, files, "files");
  }
}

// domain K-2: an error echoes nothing, even when the secret was put into the wrong field.
TEST(KeysSecret, IsEchoedByNoError) {
  Service service;
  const std::string token(service.NewKey("bob").secret.ExposeSecret());
  const Caller bob = service.By("bob");
  const Keys keys = service.keys();
  std::vector<absl::Status> refusals;
  for (NewApiKey request : {Named(token + "\xff"), Named(token + token)}) {
    refusals.push_back(keys.Create(bob, request).status());
  }
  NewApiKey elsewhere = Named("key");
  elsewhere.account_id = AccountId(token);
  refusals.push_back(keys.Create(bob, elsewhere).status());
  refusals.push_back(keys.Create(service.host(), elsewhere).status());
  elsewhere.iam_id = IamId(token);
  refusals.push_back(keys.Create(bob, elsewhere).status());
  refusals.push_back(keys.Create(service.host(), elsewhere).status());
  KeyQuery query;
  query.account_id = AccountId(token);
  refusals.push_back(keys.List(bob, query, {20, ""}).status());
  query.account_id = AccountId("acme");
  refusals.push_back(keys.List(bob, query, {20, token}).status());
  refusals.push_back(service.access()
                         .Assert(service.host(), {IamId(token), AccountId(token), std::nullopt})
                         .status());
  for (const absl::Status& refusal : refusals) {
    EXPECT_NE(ReasonOf(refusal), Reason::kNone);
    ExpectNoTraceOf(token, refusal.ToString(), "an error");
  }
}

// domain K-2, hazard C12: the answer is lost with its caller. The key is there, settling tells
// which, and there is no way to its secret but a new one.
TEST(KeysSecret, ALostAnswerIsSettledButNotRevealed) {
  Service service;
  RequestId request_id;
  request_id.bytes[0] = 7;
  const Call call = Call(service.By("bob")).Named(request_id);
  { const CreatedKey lost = Must(service.keys().Create(call, Named("lost"))); }
  EXPECT_EQ(ReasonOf(service.keys().Create(call, Named("lost")).status()), Reason::kRequestIdUsed);
  const Settlement settled = Must(service.engine().Settle(service.host(), request_id));
  EXPECT_EQ(settled.act, "key.create");
  const auto id = KeyId::Parse(settled.object);
  ASSERT_TRUE(id.has_value());
  EXPECT_EQ(Must(service.keys().Get(service.By("bob"), *id)).name, "lost");
  const CreatedKey anew =
      Must(service.keys().Rotate(service.By("bob"), *id, IfMatch::Any(), absl::ZeroDuration()));
  EXPECT_EQ(service.access().Authenticate(anew.secret.ExposeSecret()).key_id(), *id);
}

class RandomSourceIs {
 public:
  explicit RandomSourceIs(crypto::RandomSource source) { crypto::SetRandomSourceForTests(source); }
  ~RandomSourceIs() { crypto::SetRandomSourceForTests(nullptr); }
  RandomSourceIs(const RandomSourceIs&) = delete;
  RandomSourceIs& operator=(const RandomSourceIs&) = delete;
};

ssize_t Fails(void*, std::size_t, unsigned) {
  errno = EAGAIN;
  return -1;
}
ssize_t IsMissing(void*, std::size_t, unsigned) {
  errno = ENOSYS;
  return -1;
}
ssize_t GivesNothing(void*, std::size_t, unsigned) { return 0; }
ssize_t GivesZeros(void* buffer, std::size_t size, unsigned) {
  std::memset(buffer, 0, size);
  return static_cast<ssize_t>(size);
}

// hazard C10: nothing is made of bad randomness, nothing is stored, the host lives.
TEST(KeysSecret, WithoutRandomnessNoKeyIsMadeOrChanged) {
  Service service;
  const Caller bob = service.By("bob");
  const CreatedKey key = service.NewKey("bob");
  const std::uint64_t revision = Must(service.engine().Info()).revision;
  for (const crypto::RandomSource source : {&Fails, &IsMissing, &GivesNothing, &GivesZeros}) {
    const RandomSourceIs bad(source);
    EXPECT_EQ(ReasonOf(service.keys().Create(bob, Named("key")).status()), Reason::kNoEntropy);
    EXPECT_EQ(
        ReasonOf(
            service.keys().Rotate(bob, key.key.id, IfMatch::Any(), absl::ZeroDuration()).status()),
        Reason::kNoEntropy);
    EXPECT_EQ(ReasonOf(service.keys().Lock(bob, key.key.id, IfMatch::Any()).status()),
              Reason::kNoEntropy)
        << "an entity tag needs randomness too";
    EXPECT_TRUE(service.access().Authenticate(key.secret.ExposeSecret()).authenticated());
  }
  EXPECT_EQ(Must(service.engine().Info()).revision, revision);
  service.NewKey("bob");
}

std::atomic<std::uint64_t> stream_position{0};

// The same stream after every return to position 0, as in a machine restored from a snapshot.
ssize_t Replays(void* buffer, std::size_t size, unsigned) {
  auto* const bytes = static_cast<unsigned char*>(buffer);
  for (std::size_t i = 0; i < size; ++i) {
    std::uint64_t x = (stream_position.fetch_add(1) + 1) * 0x9E3779B97F4A7C15U;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9U;
    bytes[i] = static_cast<unsigned char>((x ^ (x >> 27)) >> 56);
  }
  return static_cast<ssize_t>(size);
}

// hazard C9, hazard C11, domain L-4: an id drawn twice is refused, also when its key is long
// deleted. 128 random bits do not meet by chance: the source repeats itself, so there is no retry.
TEST(KeysSecret, TheSameRandomStreamMakesNoSecondKey) {
  Service service;
  const RandomSourceIs replayed(&Replays);
  stream_position = 0;
  const CreatedKey first = service.NewKey("bob");
  stream_position = 0;
  EXPECT_EQ(ReasonOf(service.keys().Create(service.By("dan"), Named("twin")).status()),
            Reason::kNoEntropy);
  EXPECT_EQ(Must(service.keys().Get(service.host(), first.key.id)).iam_id, User("bob"));
  EXPECT_TRUE(service.access().Authenticate(first.secret.ExposeSecret()).authenticated());
  Must(service.keys().Delete(service.By("bob"), first.key.id, IfMatch::Any()));
  stream_position = 0;
  EXPECT_EQ(ReasonOf(service.keys().Create(service.By("dan"), Named("twin")).status()),
            Reason::kNoEntropy);
  EXPECT_FALSE(service.access().Authenticate(first.secret.ExposeSecret()).authenticated());
}

}  // namespace
}  // namespace latchkey::test
