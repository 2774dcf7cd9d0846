// Reads the rows of who_may_rows.h into cells, one per act, caller, target and setting.
#ifndef LATCHKEY_TESTS_AUTHZ_WHO_MAY_TABLE_H_
#define LATCHKEY_TESTS_AUTHZ_WHO_MAY_TABLE_H_

#include <array>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "engine/authz/act_table.h"
#include "engine/authz/who_may.h"

namespace latchkey::authz::who_may_world {

// In the order of Act.
inline constexpr std::array<std::string_view, kActTable.size()> kActNames = {
    "key.view",
    "key.create",
    "key.edit",
    "key.widen",
    "key.rotate",
    "key.retire",
    "key.lock",
    "key.disable",
    "key.enable",
    "key.enable_after_leak",
    "key.delete",
    "key.report_leak",
    "key.purge",
    "account.view",
    "account.update_identity_settings",
    "account.raise_limit",
    "account.update_access_settings",
    "account.transfer",
    "account.change_state",
    "user.create",
    "user.delete",
    "user.view",
    "user.invite",
    "user.suspend",
    "user.reactivate",
    "user.remove",
    "user.accept",
    "user.leave",
    "service_id.view",
    "service_id.create",
    "service_id.update",
    "service_id.delete",
    "profile.view",
    "profile.create",
    "profile.update",
    "profile.delete",
    "group.view",
    "group.create",
    "group.update",
    "group.delete",
    "group.member_view",
    "group.member_add",
    "group.member_remove",
    "policy.view",
    "policy.create",
    "policy.update",
    "policy.delete",
    "custom_role.view",
    "custom_role.create",
    "custom_role.update",
    "custom_role.widen",
    "custom_role.delete",
    "catalogue.change",
    "explain_others",
    "feed.read",
    "import",
    "account.view_access_settings",
    "key.unbind",
    "zone.view",
    "zone.create",
    "zone.update",
    "zone.loosen",
    "zone.delete",
    "context_rule.view",
    "context_rule.create",
    "context_rule.update",
    "context_rule.loosen",
    "context_rule.delete",
    "classic.view",
    "classic.create",
    "classic.delete",
    "classic.report_leak",
    "classic.change",
};

struct Cell {
  Act act;
  std::string act_name;
  std::string caller;
  std::string target;
  std::string setting;
  Answer answer;
};

inline std::string_view TextOf(Answer answer) {
  switch (answer) {
    case Answer::kYes:
      return "yes";
    case Answer::kNotVisible:
      return "not_visible";
    case Answer::kNotAllowed:
      return "not_allowed";
  }
  return "?";
}

// What the rows say, and what is wrong with them.
class Table {
 public:
  explicit Table(std::string_view text);

  const std::vector<Cell>& cells() const { return cells_; }
  const std::vector<std::string>& errors() const { return errors_; }
  std::size_t rows() const { return rows_; }
  bool Has(const std::string& act, const std::string& caller, const std::string& target,
           const std::string& setting) const {
    return seen_.contains({act, caller, target, setting});
  }

 private:
  void ReadLine(std::string_view line);
  void ReadRow(const std::vector<std::string>& columns);
  void AddCell(const std::string& act, const std::string& caller, const std::string& target,
               const std::string& setting, const std::string& answer, bool rest);
  std::vector<std::string> Expand(std::string_view list);

  std::map<std::string, std::vector<std::string>> lists_;
  std::map<std::tuple<std::string, std::string, std::string, std::string>, bool> seen_;
  std::vector<Cell> cells_;
  std::vector<std::string> errors_;
  std::size_t rows_ = 0;
};

}  // namespace latchkey::authz::who_may_world

#endif  // LATCHKEY_TESTS_AUTHZ_WHO_MAY_TABLE_H_
