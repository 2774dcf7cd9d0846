// Get, List, History, ActivityOf, and the offline search for tokens.
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"

#include "latchkey/keys.h"

#include "engine/base/error.h"
#include "engine/codec/token.h"
#include "engine/facade/core.h"
#include "engine/facade/cursor.h"
#include "engine/facade/forms.h"
#include "engine/facade/key_frame.h"
#include "engine/facade/rights.h"

namespace latchkey::inline v0 {
namespace facade {
namespace {

absl::Status CheckQuery(const KeyQuery& query, const PageRequest& page) {
  LATCHKEY_RETURN_IF_ERROR(CheckId("account_id", query.account_id.text()));
  if (query.iam_id) LATCHKEY_RETURN_IF_ERROR(CheckId("iam_id", query.iam_id->text()));
  if (query.name_contains) {
    LATCHKEY_RETURN_IF_ERROR(CheckText("name_contains", *query.name_contains, 0, 100));
  }
  if (query.description_contains) {
    LATCHKEY_RETURN_IF_ERROR(
        CheckText("description_contains", *query.description_contains, 0, 1024));
  }
  if (page.size < 1 || page.size > 100) {
    return base::Error(Reason::kMalformed, "the page size must be within 1..100");
  }
  return absl::OkStatus();
}

bool Matches(const KeyQuery& query, const base::KeyRecord& record) {
  const ApiKey& key = record.key;
  if (query.owner_kind && *query.owner_kind != record.owner_kind) return false;
  if (query.kind && *query.kind != key.kind) return false;
  if (query.name_contains && key.name.find(*query.name_contains) == std::string::npos) return false;
  if (query.description_contains &&
      key.description.value_or("").find(*query.description_contains) == std::string::npos) {
    return false;
  }
  return true;
}

// Whether the caller sees keys of an owner; asked once per owner, kind of key and call.
class Visibility {
 public:
  explicit Visibility(ReadFrame& frame) : frame_(frame) {}

  absl::StatusOr<bool> Sees(const base::KeyRecord& record) {
    const std::pair owner(record.key.iam_id.text(), record.key.kind);
    if (const auto known = seen_.find(owner); known != seen_.end()) return known->second;
    const absl::Status status =
        MayActOnKey(frame_.view, frame_.actor, authz::Act::kKeyView, record);
    const Reason reason = ReasonOf(status);
    if (!status.ok() && reason != Reason::kNotFound && reason != Reason::kNotAllowed) return status;
    return seen_[owner] = status.ok();
  }

 private:
  ReadFrame& frame_;
  absl::flat_hash_map<std::pair<std::string, KeyKind>, bool> seen_;
};

Authentications AuthenticationsOf(const base::Uses& uses) {
  return {uses.count, uses.count > 0 ? std::optional(uses.last) : std::nullopt};
}

KeyActivity ActivityViewOf(const ApiKey& key, const base::Activity& counted) {
  KeyActivity activity;
  activity.authentications = AuthenticationsOf(counted.uses);
  for (const SecretInfo& live : key.secrets) {
    base::Uses uses;
    for (const base::SecretUses& secret : counted.secrets) {
      if (secret.number == live.number) uses = secret.uses;
    }
    activity.secrets.push_back({live.number, AuthenticationsOf(uses)});
  }
  return activity;
}

absl::StatusOr<KeyPage> ListPage(Core& core, ReadFrame& frame, const KeyQuery& query,
                                 const PageRequest& request) {
  LATCHKEY_ASSIGN_OR_RETURN(const std::string start, OpenCursor(core, query, request.cursor));
  Visibility visibility(frame);
  KeyPage page;
  std::string last;
  absl::Status fault;
  const absl::Status walked =
      frame.view.VisitKeys(query.account_id, query.iam_id, start,
                           [&](const base::KeyRecord& record, const std::string& cursor) {
                             if (!Matches(query, record)) return true;
                             const absl::StatusOr<bool> sees = visibility.Sees(record);
                             if (!sees.ok()) {
                               fault = sees.status();
                               return false;
                             }
                             if (!*sees) return true;
                             if (page.keys.size() == request.size) {
                               page.next = SealCursor(core, query, last);
                               return false;
                             }
                             page.keys.push_back(lifecycle::ViewOf(record, frame.now));
                             last = cursor;
                             return true;
                           });
  LATCHKEY_RETURN_IF_ERROR(fault);
  LATCHKEY_RETURN_IF_ERROR(walked);
  return page;
}

}  // namespace
}  // namespace facade

absl::StatusOr<ApiKey> Keys::Get(const Call& call, const KeyId& id) const {
  return core_->Read(call, [&](facade::ReadFrame& frame) -> absl::StatusOr<ApiKey> {
    LATCHKEY_ASSIGN_OR_RETURN(const base::KeyRecord record,
                              facade::FindVisibleKey(frame.view, frame.actor, id));
    return lifecycle::ViewOf(record, frame.now);
  });
}

absl::StatusOr<KeyPage> Keys::List(const Call& call, const KeyQuery& query,
                                   const PageRequest& page) const {
  LATCHKEY_RETURN_IF_ERROR(facade::CheckQuery(query, page));
  return core_->Read(call, [&](facade::ReadFrame& frame) -> absl::StatusOr<KeyPage> {
    LATCHKEY_RETURN_IF_ERROR(facade::RequireReach(frame.view, frame.actor, query.account_id));
    LATCHKEY_RETURN_IF_ERROR(facade::ExistingAccount(frame.view, query.account_id).status());
    return facade::ListPage(*core_, frame, query, page);
  });
}

absl::StatusOr<std::vector<HistoryEntry>> Keys::History(const Call& call, const KeyId& id) const {
  return core_->Read(call,
                     [&](facade::ReadFrame& frame) -> absl::StatusOr<std::vector<HistoryEntry>> {
                       const auto record = facade::FindVisibleKey(frame.view, frame.actor, id);
                       LATCHKEY_RETURN_IF_ERROR(record.status());
                       return frame.view.HistoryOf(id);
                     });
}

absl::StatusOr<KeyActivity> Keys::ActivityOf(const Call& call, const KeyId& id) const {
  const auto deadline = base::Deadline::After(call.timeout);
  LATCHKEY_ASSIGN_OR_RETURN(const ApiKey key, Get(call, id));
  const facade::Core::Use use(*core_);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  const absl::StatusOr<base::Activity> counted = core_->activity().Of(id, deadline);
  if (!counted.ok()) return core_->Report(counted.status());
  return facade::ActivityViewOf(key, *counted);
}

absl::StatusOr<std::vector<TokenSighting>> Keys::FindTokens(std::string_view text) const {
  const facade::Core::Use use(*core_);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  const facade::Credentials& credentials = core_->credentials();
  std::vector<TokenSighting> sightings;
  codec::ScanForTokens(credentials.prefix(), text, [&](std::string_view found) {
    std::optional<codec::TokenFields> fields = credentials.Recognise(found);
    if (!fields) return;
    sightings.push_back({static_cast<std::size_t>(found.data() - text.data()), found.size(),
                         KeyId(fields->key_id)});
    crypto::Wipe(fields->secret);
  });
  return sightings;
}

absl::StatusOr<std::string> Keys::TokenPattern() const {
  const facade::Core::Use use(*core_);
  LATCHKEY_RETURN_IF_ERROR(use.status());
  return codec::TokenPattern(core_->credentials().prefix());
}

}  // namespace latchkey::inline v0
