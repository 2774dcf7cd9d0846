// Create and CreateBatch: plan on a snapshot, Argon2id outside any transaction, then the same plan
// again inside the write transaction (design "Create", domain W-6): what was planned may be no
// longer so.
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"

#include "latchkey/keys.h"

#include "engine/base/error.h"
#include "engine/base/text.h"
#include "engine/facade/core.h"
#include "engine/facade/forms.h"
#include "engine/facade/key_frame.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

// A request with its owner and account resolved and found good.
struct Plan {
  IamId owner;
  IdentityKind owner_kind = IdentityKind::kUser;
  AccountId account;
  KeyKind kind = KeyKind::kPlatform;
  std::uint32_t keys_max = 0;  // platform keys that the owner may have in the account
};

// How many keys one identity is to get in one account.
struct Wanted {
  std::uint32_t platform = 0;
  std::uint32_t classic = 0;
  std::uint32_t keys_max = 0;  // Plan's
};

struct Made {
  KeyId id;
  Credentials::Issued issued;
};

absl::Status NotLive(std::string_view field) {
  return base::Error(Reason::kUnknownReference,
                     absl::StrCat(base::ToAbsl(field), " must name one that exists and is live"));
}

// Who the key would belong to must be able to use it there: the trusted host is held to this too.
// Learns how many keys the account allows [domain K-4].
absl::Status CheckOwner(Core& core, store::View& view, const Identity& owner, Plan& plan) {
  if (plan.kind == KeyKind::kClassic && owner.kind != IdentityKind::kUser) {
    return base::Error(Reason::kMalformed, "a classic key is for a user: name one as iam_id");
  }
  LATCHKEY_ASSIGN_OR_RETURN(const auto account, view.FindAccount(plan.account));
  if (!account) return NotLive("account_id");
  if (account->state != AccountState::kOpen) {
    return base::Error(Reason::kStateForbids, "the account is not open: no key can be made in it");
  }
  plan.keys_max =
      account->settings.keys_per_identity.value_or(core.options().limits.keys_per_identity);
  if (owner.kind == IdentityKind::kTrustedProfile) {
    return base::Error(Reason::kNotAllowed, "a trusted profile has no keys");
  }
  if (owner.kind == IdentityKind::kServiceId) {
    return owner.account == plan.account ? absl::OkStatus() : NotLive("iam_id");
  }
  LATCHKEY_ASSIGN_OR_RETURN(const auto member, view.FindMembership(plan.account, plan.owner));
  if (!member || member->state != MemberState::kActive) return NotLive("iam_id");
  return absl::OkStatus();
}

absl::StatusOr<Plan> MakePlan(Core& core, store::View& view,
                              const std::optional<authz::Actor>& actor, const NewApiKey& request) {
  Plan plan;
  plan.kind = request.kind;
  plan.owner = request.iam_id.empty() && actor ? actor->identity.id : request.iam_id;
  plan.account = request.account_id.empty() && actor ? actor->acting_account : request.account_id;
  if (plan.owner.empty() || plan.account.empty()) {
    return base::Error(Reason::kMalformed, "the trusted host must name iam_id and account_id");
  }
  LATCHKEY_ASSIGN_OR_RETURN(const auto owner, view.FindIdentity(plan.owner));
  const bool live = owner && owner->state == IdentityState::kActive;
  if (live) plan.owner_kind = owner->kind;

  authz::Target target;
  target.account = plan.account;
  target.key_owner = plan.owner;
  target.key_owner_kind = plan.owner_kind;
  const authz::Act act =
      plan.kind == KeyKind::kClassic ? authz::Act::kClassicKeyCreate : authz::Act::kKeyCreate;
  LATCHKEY_ASSIGN_OR_RETURN(const authz::Answer answer, authz::MayAct(view, actor, act, target));
  LATCHKEY_RETURN_IF_ERROR(authz::AnswerStatus(answer, act, "account"));
  if (!live) return NotLive("iam_id");
  LATCHKEY_RETURN_IF_ERROR(CheckOwner(core, view, *owner, plan));
  return plan;
}

// Twenty keys as the account allows [domain K-4], and one classic key [domain K-9]: neither counts
// towards the other.
absl::Status CheckQuota(store::View& view, const AccountId& account, const IamId& owner,
                        const Wanted& wanted) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto classic, view.ClassicKeyOf(account, owner));
  const std::size_t classics = classic ? 1 : 0;
  if (wanted.classic > 0 && classics + wanted.classic > 1) {
    return base::Error(Reason::kLimitExceeded,
                       "a user may have one classic key in the account: delete it first");
  }
  if (wanted.platform == 0) return absl::OkStatus();
  LATCHKEY_ASSIGN_OR_RETURN(const std::size_t have, view.CountKeysOf(account, owner));
  if (have - classics + wanted.platform > wanted.keys_max) {
    return base::Error(Reason::kLimitExceeded,
                       absl::StrCat("the identity may have ", wanted.keys_max,
                                    " keys in the account: delete one, or raise the limit"));
  }
  return absl::OkStatus();
}

// Plans all requests; the keys that they add up to must fit the limits.
absl::StatusOr<std::vector<Plan>> MakePlans(Core& core, store::View& view,
                                            const std::optional<authz::Actor>& actor,
                                            std::span<const NewApiKey> requests) {
  std::vector<Plan> plans;
  std::map<std::pair<AccountId, IamId>, Wanted> wanted;
  for (const NewApiKey& request : requests) {
    LATCHKEY_ASSIGN_OR_RETURN(Plan plan, MakePlan(core, view, actor, request));
    Wanted& there = wanted[{plan.account, plan.owner}];
    ++(plan.kind == KeyKind::kClassic ? there.classic : there.platform);
    there.keys_max = plan.keys_max;
    plans.push_back(std::move(plan));
  }
  for (const auto& [place, count] : wanted) {
    LATCHKEY_RETURN_IF_ERROR(CheckQuota(view, place.first, place.second, count));
  }
  return plans;
}

// Plans, and the state of the store that they follow from.
struct Planned {
  std::uint64_t revision = 0;
  std::vector<Plan> plans;
};

absl::StatusOr<Planned> PlanAhead(Core& core, ReadFrame& frame,
                                  std::span<const NewApiKey> requests) {
  Planned planned;
  LATCHKEY_ASSIGN_OR_RETURN(planned.revision, frame.view.Revision());
  LATCHKEY_ASSIGN_OR_RETURN(planned.plans, MakePlans(core, frame.view, frame.actor, requests));
  return planned;
}

// Those made ahead, if nothing was committed since: a plan for the trusted host follows from the
// store alone. What anybody else may do can depend on the time too.
absl::StatusOr<std::vector<Plan>> PlanNow(Core& core, WriteFrame& frame, Planned& ahead,
                                          std::span<const NewApiKey> requests) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::uint64_t revision, frame.txn.Revision());
  if (!frame.actor && revision == ahead.revision) return std::move(ahead.plans);
  return MakePlans(core, frame.txn, frame.actor, requests);
}

absl::StatusOr<std::vector<Made>> MakeAll(Core& core, const std::vector<Plan>& plans,
                                          base::Deadline deadline) {
  std::vector<Made> made;
  made.reserve(plans.size());
  SecretPages pages(plans.size());
  for (const Plan& plan : plans) {
    KeyId::Bytes id{};
    LATCHKEY_RETURN_IF_ERROR(crypto::FillRandom(id));
    LATCHKEY_ASSIGN_OR_RETURN(const cache::Argon2Gate::Permit permit,
                              core.argon2().Acquire(plan.account.text(), deadline));
    core.counters().argon2_runs.fetch_add(1, std::memory_order_relaxed);
    LATCHKEY_ASSIGN_OR_RETURN(Credentials::Issued issued,
                              core.credentials().Issue(KeyId(id), 1, core.options().argon2, pages));
    made.push_back({KeyId(id), std::move(issued)});
  }
  return made;
}

std::string CrnOf(const Core& core, const AccountId& account, const KeyId& id) {
  return absl::StrCat(core.options().crn_prefix, ":iam-identity::a/", account.text(),
                      "::apikey:", id.ToString());
}

absl::StatusOr<ApiKey> WriteNewKey(Core& core, WriteFrame& frame, const Plan& plan,
                                   const NewApiKey& request, const Made& made) {
  LATCHKEY_ASSIGN_OR_RETURN(const auto taken, frame.txn.FindKey(made.id));
  LATCHKEY_ASSIGN_OR_RETURN(const auto was_taken, frame.txn.FindTombstone(made.id));
  if (taken || was_taken) {
    return base::Error(Reason::kNoEntropy, "the random source repeats itself, no key was made");
  }
  NewApiKey whole = request;
  if (whole.expires_at) whole.expires_at = WholeMicros(*whole.expires_at);
  for (BoundaryTerm& term : whole.boundary) term = WholeTimes(std::move(term));
  const bool issued_by_host = !frame.actor && plan.owner_kind == IdentityKind::kUser;
  lifecycle::Step step;
  step.changed = true;
  LATCHKEY_ASSIGN_OR_RETURN(
      step.record,
      lifecycle::Born(made.id, CrnOf(core, plan.account, made.id), plan.owner, plan.owner_kind,
                      plan.account, whole, made.issued.verifier, issued_by_host, frame.facts));
  LATCHKEY_RETURN_IF_ERROR(WriteStep(core, frame, step, KeyCommand::kCreate));
  return lifecycle::ViewOf(step.record, frame.facts.now);
}

absl::StatusOr<std::vector<CreatedKey>> CreateMany(Core& core, const Call& call,
                                                   std::span<const NewApiKey> requests) {
  const base::Deadline deadline = base::Deadline::After(call.timeout);
  absl::StatusOr<Planned> ahead =
      core.Read(call, [&](ReadFrame& frame) { return PlanAhead(core, frame, requests); });
  if (!ahead.ok()) return ahead.status();

  const Core::Use use(core);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  LATCHKEY_ASSIGN_OR_RETURN(std::vector<Made> made, MakeAll(core, ahead->plans, deadline));
  return core.Mutate(call, {requests.size() == 1 ? "key.create" : "key.create_batch", "", ""},
                     [&](WriteFrame& frame) -> absl::StatusOr<std::vector<CreatedKey>> {
                       LATCHKEY_ASSIGN_OR_RETURN(const std::vector<Plan> plans,
                                                 PlanNow(core, frame, *ahead, requests));
                       std::vector<CreatedKey> created;
                       created.reserve(plans.size());
                       for (std::size_t i = 0; i < plans.size(); ++i) {
                         LATCHKEY_ASSIGN_OR_RETURN(
                             ApiKey key, WriteNewKey(core, frame, plans[i], requests[i], made[i]));
                         created.push_back({std::move(key), std::move(made[i].issued.token)});
                       }
                       return created;
                     });
}

}  // namespace
}  // namespace facade

absl::StatusOr<CreatedKey> Keys::Create(const Call& call, const NewApiKey& request) const {
  LATCHKEY_ASSIGN_OR_RETURN(std::vector<CreatedKey> created,
                            CreateBatch(call, std::span(&request, 1)));
  return std::move(created.front());
}

absl::StatusOr<std::vector<CreatedKey>> Keys::CreateBatch(
    const Call& call, std::span<const NewApiKey> requests) const {
  if (requests.empty() || requests.size() > kCreateBatchMax) {
    return base::Error(Reason::kMalformed, "a batch must have 1..100 requests");
  }
  for (const NewApiKey& request : requests) {
    LATCHKEY_RETURN_IF_ERROR(facade::CheckNewKey(request));
  }
  return facade::CreateMany(*core_, call, requests);
}

}  // namespace latchkey::inline v0
