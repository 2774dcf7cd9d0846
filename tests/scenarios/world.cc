#include "scenarios/world.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gtest/gtest.h"

#include "scenarios/answers.h"
#include "scenarios/question.h"

namespace latchkey::scenarios {
namespace {

using Words = std::vector<std::string>;

// IBM's whole catalogue where it lies beside the project, the project's excerpt of it otherwise.
std::string Catalogue() {
  const std::string whole = LATCHKEY_SOURCE_DIR "/../shared/data/iam-catalog.json";
  const std::string excerpt = LATCHKEY_SOURCE_DIR "/tests/data/catalogue_excerpt.json";
  std::ifstream in(std::filesystem::exists(whole) ? whole : excerpt);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

World::World() {
  Open();
  static const std::string catalogue = Catalogue();
  EXPECT_GE(Got(engine_->policies().LoadCatalogue(Host(), catalogue)), 9u);
}

void World::Reopen() {
  engine_.reset();
  kept_.clear();  // a principal is of one engine
  Open();
}

void World::Open() {
  absl::StatusOr<Engine> engine = Engine::Open(testing::FastOptions(store_, clock_));
  EXPECT_TRUE(engine.ok()) << engine.status();
  engine_.emplace(std::move(engine).value());
}

void World::Do(const Line& line) {
  SCOPED_TRACE("line " + std::to_string(line.number));
  const std::string& verb = line.words.front();
  if (verb == "at") {
    clock_.Advance(TimeOf(line.words.at(1)) - clock_.Now());
  } else if (verb == "from") {
    context_.source = IpAddress::Parse(line.words.at(1));
    EXPECT_EQ(context_.source.has_value(), line.words.at(1) != "nowhere");
  } else if (verb == "ask") {
    Ask(line.words);
  } else if (verb == "do") {
    DoStep(line);
  } else {
    SetUp(line);
  }
}

IamId World::NeedUser(const std::string& name) {
  const auto known = ids_.find(name);
  if (known != ids_.end()) return known->second;
  NewUser user;
  user.id = IamId("IBMid-" + name);
  user.name = name;
  return ids_[name] = Got(engine_->directory().CreateUser(Host(), user)).id;
}

IamId World::IdOf(const std::string& name) const {
  const auto known = ids_.find(name);
  EXPECT_TRUE(known != ids_.end()) << name;
  return known == ids_.end() ? IamId() : known->second;
}

void World::SetUp(const Line& line) {
  const Words& words = line.words;
  const Directory directory = engine_->directory();
  const std::string& verb = words[0];
  const std::string& name = words.at(1);
  const AccountId account(words.at(3));  // "NAME of ACCOUNT", but for accounts and keys
  if (verb == "account") {
    Got(directory.CreateAccount(Host(), {AccountId(name), name, NeedUser(words.at(3))}));
  } else if (verb == "member") {
    const IamId user = NeedUser(name);
    Got(directory.Invite(Host(), account, user));
    Got(directory.AcceptInvitation(Host(), account, user, IfMatch::Any()));
  } else if (verb == "service-id") {
    ids_[name] = Got(directory.CreateServiceId(Host(), account, name, "")).id;
  } else if (verb == "profile") {
    ids_[name] = Got(directory.CreateProfile(Host(), account, name, "")).id;
  } else if (verb == "group") {
    const GroupId id = Got(directory.CreateGroup(Host(), account, name, "")).id;
    groups_[name] = {account, id};
    for (std::size_t i = 4; i < words.size(); ++i) {
      Expect(directory.AddToGroup(Host(), account, id, IdOf(words[i])));
    }
  } else if (verb == "policy") {
    MakePolicy(name, account, words.at(5), words.back());
  } else if (verb == "zone") {
    SetUpZone(words);
  } else if (verb == "context-rule") {
    SetUpContextRule(words);
  } else {  // key NAME of OWNER in ACCOUNT
    MakeKey(name, IdOf(words.at(3)), AccountId(words.at(5)));
  }
}

void World::MakePolicy(const std::string& name, const AccountId& account,
                       const std::string& subject, std::string json) {
  const auto group = groups_.find(subject);
  const bool of_group = group != groups_.end();
  const std::string id(of_group ? group->second.second.text() : IdOf(subject).text());
  absl::StrReplaceAll({{"$serviceRole:", "crn:v1:bluemix:public:iam::::serviceRole:"},
                       {"$role:", "crn:v1:bluemix:public:iam::::role:"},
                       {"$account", R"({"key":"accountId","operator":"stringEquals","value":")" +
                                        std::string(account.text()) + R"("})"}},
                      &json);
  policies_[name] = Got(engine_->policies().CreateFromJson(
      Host(), R"({"type":"access","subject":{"attributes":[{"key":")" +
                  std::string(of_group ? "access_group_id" : "iam_id") +
                  R"(","operator":"stringEquals","value":")" + id + R"("}]},)" + json + "}"));
}

void World::MakeKey(const std::string& name, const IamId& owner, const AccountId& account) {
  NewApiKey request;
  request.name = name;
  request.iam_id = owner;
  request.account_id = account;
  const absl::StatusOr<CreatedKey> made = engine_->keys().Create(Host(), request);
  ASSERT_TRUE(made.ok()) << made.status();
  keys_[name] = made->key.id;
  tokens_[name] = std::string(made->secret.ExposeSecret());
}

void World::DoStep(const Line& line) {
  const Words words(line.words.begin() + 1, line.words.end());
  const Directory directory = engine_->directory();
  const std::string& verb = words[0];
  const std::string& name = words.at(1);
  if (verb == "remove") {
    Got(directory.RemoveMember(Host(), AccountId(words.at(3)), IdOf(name), IfMatch::Any()));
  } else if (verb == "suspend") {
    Got(directory.SuspendMember(Host(), AccountId(words.at(3)), IdOf(name), IfMatch::Any()));
  } else if (verb == "reactivate") {
    Got(directory.ReactivateMember(Host(), AccountId(words.at(3)), IdOf(name), IfMatch::Any()));
  } else if (verb == "join") {
    const auto& [account, group] = groups_.at(words.at(2));
    Expect(directory.AddToGroup(Host(), account, group, IdOf(name)));
  } else if (verb == "part") {
    const auto& [account, group] = groups_.at(words.at(2));
    Expect(directory.RemoveFromGroup(Host(), account, group, IdOf(name)));
  } else if (verb == "drop") {
    const Policy& policy = policies_.at(name);
    Expect(engine_->policies().Delete(Host(), policy.account, policy.id, IfMatch::Any()));
  } else if (verb == "transfer") {
    Got(directory.TransferOwnership(Host(), AccountId(name), IfMatch::Any(), IdOf(words.at(3))));
  } else if (verb == "account") {
    const bool open = words.at(2) == "open";
    EXPECT_TRUE(open || words.at(2) == "suspended");
    Got(directory.SetAccountState(Host(), AccountId(name), IfMatch::Any(),
                                  open ? AccountState::kOpen : AccountState::kSuspended));
  } else if (verb == "external") {
    SetExternal(words);
  } else if (verb == "drop-rule") {
    const ContextRule& rule = context_rules_.at(name);
    Expect(engine_->context_rules().DeleteRule(Host(), rule.account, rule.id, IfMatch::Any()));
  } else if (verb == "term") {
    AppendTerm(words);
  } else if (verb == "unterm") {  // NAME, the first term
    Got(engine_->keys().RemoveBoundaryTerm(Host(), keys_.at(name), IfMatch::Any(), 0));
  } else if (verb == "key") {
    DoToKey(words);
  } else {
    ADD_FAILURE() << "unknown: " << verb;
  }
}

// external users|service-ids of ACCOUNT enabled|monitor|limited [ACCOUNT,…]
void World::SetExternal(const Words& words) {
  const std::map<std::string, ExternalMode> modes = {{"enabled", ExternalMode::kEnabled},
                                                     {"limited", ExternalMode::kLimited},
                                                     {"monitor", ExternalMode::kMonitor}};
  const AccountId account(words.at(3));
  AccountSettings settings = Got(engine_->directory().GetAccount(Host(), account)).settings;
  ExternalRule& rule =
      words.at(1) == "users" ? settings.external_users : settings.external_service_ids;
  rule.mode = modes.at(words.at(4));
  rule.allowed_accounts.clear();
  if (words.size() > 5) {
    for (const std::string& id : SplitList(words[5])) rule.allowed_accounts.emplace_back(id);
  }
  Got(engine_->directory().UpdateSettings(Host(), account, IfMatch::Any(), settings));
}

// key NAME disable|enable|lock|unlock|delete|rotate|expire
void World::DoToKey(const Words& words) {
  const Keys keys = engine_->keys();
  const KeyId id = keys_.at(words.at(1));
  const std::string& verb = words.at(2);
  if (verb == "disable") {
    Got(keys.Disable(Host(), id, IfMatch::Any()));
  } else if (verb == "enable") {
    Got(keys.Enable(Host(), id, IfMatch::Any()));
  } else if (verb == "lock") {
    Got(keys.Lock(Host(), id, IfMatch::Any()));
  } else if (verb == "unlock") {
    Got(keys.Unlock(Host(), id, IfMatch::Any()));
  } else if (verb == "delete") {
    Expect(keys.Delete(Host(), id, IfMatch::Any()));
  } else if (verb == "expire") {
    KeyUpdate update;
    update.expires_at = clock_.Now();
    Got(keys.Update(Host(), id, IfMatch::Any(), update));
  } else if (verb == "rotate") {
    Expect(keys.Rotate(Host(), id, IfMatch::Any(), absl::ZeroDuration()).status());
  } else {
    ADD_FAILURE() << "unknown: " << verb;
  }
}

// "KEY", or "USER@ACCOUNT" for a principal that the host asserts; "USER@ACCOUNT/PROFILE".
Principal World::PrincipalOf(const std::string& who) {
  const std::size_t at = who.find('@');
  if (at == who.npos) {
    EXPECT_TRUE(tokens_.contains(who)) << who;
    return engine_->access().Authenticate(tokens_[who], context_);
  }
  const Words place = absl::StrSplit(who.substr(at + 1), '/');
  Assertion assertion{IdOf(who.substr(0, at)), AccountId(place[0]), std::nullopt};
  if (place.size() > 1) assertion.profile = IdOf(place[1]);
  absl::StatusOr<Principal> principal = engine_->access().Assert(Host(), assertion);
  return principal.ok() ? *principal : Principal();
}

// ask WHO in ACCOUNT SERVICE ACTION [KEY=VALUE… tag:KEY:VALUE…]
//     => allow POLICY…|owner / deny REASON
void World::Ask(const Words& words) {
  const auto arrow = std::ranges::find(words, "=>");
  ASSERT_TRUE(words.size() >= 8 && words.end() - arrow >= 3);
  const std::string& who = words[1];
  std::vector<RequestAttribute> attributes;
  std::vector<std::string_view> tags;
  for (auto word = words.begin() + 6; word != arrow; ++word) {
    if (word->starts_with("tag:")) {
      tags.push_back(std::string_view(*word).substr(4));
      continue;
    }
    const std::size_t equals = word->find('=');
    ASSERT_NE(equals, word->npos) << *word;
    const std::string_view text = *word;
    attributes.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  Question question;
  question.request = {words[3], words[4], words[5], attributes, tags};
  question.context = context_;
  if (who.find('@') == who.npos) question.token = tokens_.at(who);
  question.fresh = PrincipalOf(who);
  if (question.fresh.authenticated()) kept_.try_emplace(who, question.fresh);
  if (const auto kept = kept_.find(who); kept != kept_.end()) question.kept = kept->second;

  Expected expected;
  expected.allowed = arrow[1] == "allow";
  if (!expected.allowed) {
    ASSERT_EQ(arrow[1], "deny");
    expected.reason = arrow[2];
  } else {
    for (auto name = arrow + 2; name != words.end(); ++name) {
      if (*name == "owner") {
        expected.by_owner = true;
        continue;
      }
      ASSERT_TRUE(policies_.contains(*name)) << *name;
      expected.policies.push_back(policies_[*name].id);
      expected.serials.push_back(policies_[*name].serial);
    }
    std::ranges::sort(expected.serials);
  }
  AskEveryWay(*engine_, question, expected);
}

}  // namespace latchkey::scenarios
