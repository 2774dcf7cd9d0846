// Context rules: write, read, delete [domain R-3] [domain W-8] [domain W-10].
#include "latchkey/context_rules.h"

#include <utility>

#include "engine/authz/context_check.h"
#include "engine/base/error.h"
#include "engine/facade/context_writing.h"
#include "engine/facade/core.h"
#include "engine/facade/forms.h"
#include "engine/facade/new_id.h"
#include "engine/facade/rights.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

using authz::Act;

absl::Status CheckIds(const AccountId& account, const ContextRuleId& id) {
  LATCHKEY_RETURN_IF_ERROR(CheckId("account", account.text()));
  return CheckId("id", id.text());
}

authz::Target RuleTarget(const ContextRule& rule, const ContextRule* before = nullptr) {
  authz::Target target;
  target.account = rule.account;
  target.context_rule = &rule;
  target.context_rule_before = before;
  return target;
}

// The rule if it is there and the caller may read it.
absl::StatusOr<ContextRule> FindVisible(store::View& view, const std::optional<authz::Actor>& actor,
                                        const AccountId& account, const ContextRuleId& id) {
  LATCHKEY_ASSIGN_OR_RETURN(auto rule, view.FindContextRule(account, id));
  if (!rule) return NotFound("context rule");
  LATCHKEY_RETURN_IF_ERROR(
      Require(view, actor, Act::kContextRuleView, RuleTarget(*rule), "context rule"));
  return *std::move(rule);
}

absl::StatusOr<ContextRule> CreateRuleIn(Core& core, WriteFrame& frame,
                                         const NewContextRule& request) {
  ContextRule rule = DraftOf(request);
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, Act::kContextRuleCreate, RuleTarget(rule), "account"));
  LATCHKEY_RETURN_IF_ERROR(ExistingAccount(frame.txn, request.account).status());
  LATCHKEY_ASSIGN_OR_RETURN(const std::string id, NewId(""));
  rule.id = ContextRuleId(id);
  return PutNewContextRule(core, frame, std::move(rule));
}

absl::Status RequireReplace(WriteFrame& frame, const ContextRule& before,
                            const ContextRule& after) {
  const bool loosens = authz::Loosens(before, after);
  const Act act = loosens ? Act::kContextRuleLoosen : Act::kContextRuleUpdate;
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, act, RuleTarget(after, &before), "context rule"));
  return loosens ? OpenAccount(frame.txn, after.account).status() : absl::OkStatus();
}

absl::StatusOr<ContextRule> ReplaceRuleIn(WriteFrame& frame, const ContextRuleId& id,
                                          const IfMatch& if_match, const NewContextRule& request) {
  LATCHKEY_ASSIGN_OR_RETURN(const ContextRule before,
                            FindVisible(frame.txn, frame.actor, request.account, id));
  ContextRule after = DraftOf(request);
  LATCHKEY_RETURN_IF_ERROR(RequireReplace(frame, before, after));
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, before.entity_tag));
  if (after.description == before.description && after.resource == before.resource &&
      after.contexts == before.contexts && after.enforcement == before.enforcement) {
    return before;
  }
  LATCHKEY_RETURN_IF_ERROR(CheckZonesExist(frame.txn, after));
  after.id = id;
  after.created_at = before.created_at;
  after.created_by = before.created_by;
  after.modified_at = frame.facts.now;
  after.modified_by = frame.facts.by;
  after.entity_tag = frame.NextTag(before.entity_tag);
  LATCHKEY_RETURN_IF_ERROR(frame.txn.Put(after));
  return after;
}

absl::Status DeleteRuleIn(WriteFrame& frame, const AccountId& account, const ContextRuleId& id,
                          const IfMatch& if_match) {
  LATCHKEY_ASSIGN_OR_RETURN(const ContextRule rule,
                            FindVisible(frame.txn, frame.actor, account, id));
  LATCHKEY_RETURN_IF_ERROR(
      Require(frame.txn, frame.actor, Act::kContextRuleDelete, RuleTarget(rule), "context rule"));
  LATCHKEY_RETURN_IF_ERROR(OpenAccount(frame.txn, account).status());
  LATCHKEY_RETURN_IF_ERROR(CheckVersion(if_match, rule.entity_tag));
  return frame.txn.DeleteContextRule(account, id);
}

absl::StatusOr<std::vector<ContextRule>> ListRulesIn(ReadFrame& frame, const AccountId& account) {
  LATCHKEY_RETURN_IF_ERROR(RequireReach(frame.view, frame.actor, account));
  LATCHKEY_RETURN_IF_ERROR(ExistingAccount(frame.view, account).status());
  LATCHKEY_ASSIGN_OR_RETURN(std::vector<ContextRule> all, frame.view.ContextRulesOf(account));
  std::vector<ContextRule> visible;
  for (ContextRule& rule : all) {
    LATCHKEY_ASSIGN_OR_RETURN(
        const authz::Answer answer,
        authz::MayAct(frame.view, frame.actor, Act::kContextRuleView, RuleTarget(rule)));
    if (answer == authz::Answer::kYes) visible.push_back(std::move(rule));
  }
  return visible;
}

}  // namespace
}  // namespace facade

using facade::ReadFrame;
using facade::WriteFrame;

absl::StatusOr<ContextRule> ContextRules::CreateRule(const Call& call,
                                                     const NewContextRule& rule) const {
  LATCHKEY_RETURN_IF_ERROR(authz::CheckContextRule(rule));
  return core_->Mutate(
      call, {"context_rule.create", rule.account.text(), ""},
      [&](WriteFrame& frame) { return facade::CreateRuleIn(*core_, frame, rule); });
}

absl::StatusOr<ContextRule> ContextRules::GetRule(const Call& call, const AccountId& account,
                                                  const ContextRuleId& id) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  return core_->Read(call, [&](ReadFrame& frame) {
    return facade::FindVisible(frame.view, frame.actor, account, id);
  });
}

absl::StatusOr<std::vector<ContextRule>> ContextRules::ListRules(const Call& call,
                                                                 const AccountId& account) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckId("account", account.text()));
  return core_->Read(call, [&](ReadFrame& frame) { return facade::ListRulesIn(frame, account); });
}

absl::StatusOr<ContextRule> ContextRules::ReplaceRule(const Call& call, const AccountId& account,
                                                      const ContextRuleId& id,
                                                      const IfMatch& if_match,
                                                      const NewContextRule& rule) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  LATCHKEY_RETURN_IF_ERROR(authz::CheckContextRule(rule));
  if (rule.account != account) {
    return base::Error(Reason::kMalformed, "rule.account must equal account: a rule never moves");
  }
  return core_->Mutate(
      call, {"context_rule.replace", account.text(), id.text()},
      [&](WriteFrame& frame) { return facade::ReplaceRuleIn(frame, id, if_match, rule); });
}

absl::Status ContextRules::DeleteRule(const Call& call, const AccountId& account,
                                      const ContextRuleId& id, const IfMatch& if_match) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckIds(account, id));
  return core_->Mutate(
      call, {"context_rule.delete", account.text(), id.text()},
      [&](WriteFrame& frame) { return facade::DeleteRuleIn(frame, account, id, if_match); });
}

}  // namespace latchkey::inline v0
