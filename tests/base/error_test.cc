// The table of reasons, and the statuses that carry them. Method: every row of the table.
#include "engine/base/error.h"

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <set>
#include <string>

#include "gtest/gtest.h"

#include "engine/base/text.h"

namespace latchkey::base {
namespace {

bool IsError(const ReasonRow& row) { return row.code != absl::StatusCode::kOk; }

bool IsSnakeCase(std::string_view name) {
  const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
  return !name.empty() && lower(name.front()) && name.back() != '_' &&
         name.find("__") == std::string_view::npos &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return lower(c) || (c >= '0' && c <= '9') || c == '_'; });
}

TEST(ReasonTable, EveryNumberAndEveryNameIsUnique) {
  std::set<std::uint16_t> numbers;
  std::set<std::string_view> names;
  for (const ReasonRow& row : kReasonTable) {
    EXPECT_TRUE(numbers.insert(static_cast<std::uint16_t>(row.reason)).second) << row.name;
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_TRUE(IsSnakeCase(row.name)) << row.name;
  }
  EXPECT_EQ(numbers.size(), kReasonTable.size());
}

// Numbers and names are stored by hosts: this list may grow and its lines may never change.
TEST(ReasonTable, NumbersAndNamesAreFrozen) {
  constexpr struct {
    std::uint16_t number;
    std::string_view name;
  } kPublished[] = {
      {0, "none"},
      {100, "malformed"},
      {101, "invalid_utf8"},
      {102, "caller_missing"},
      {103, "unsupported"},
      {104, "unknown_field"},
      {105, "unknown_reference"},
      {106, "secret_not_accepted"},
      {200, "not_found"},
      {201, "already_exists"},
      {202, "not_allowed"},
      {203, "locked"},
      {204, "stale_version"},
      {205, "limit_exceeded"},
      {206, "state_forbids"},
      {207, "request_id_used"},
      {208, "owner_protected"},
      {300, "closed"},
      {301, "forked"},
      {302, "busy"},
      {303, "deadline_exceeded"},
      {304, "readers_full"},
      {305, "storage_full"},
      {306, "storage_failed"},
      {307, "commit_unknown"},
      {308, "corrupt"},
      {309, "no_entropy"},
      {310, "out_of_memory"},
      {311, "store_replaced"},
      {312, "store_missing"},
      {313, "store_exists"},
      {314, "store_foreign"},
      {315, "store_mismatch"},
      {316, "store_unsafe"},
      {317, "file_system"},
      {318, "already_open"},
      {319, "pid_namespace"},
      {320, "invalid_options"},
      {400, "authenticated"},
      {401, "unknown_credential"},
      {402, "key_disabled"},
      {403, "key_expired"},
      {404, "identity_not_active"},
      {500, "allowed_by_policy"},
      {501, "allowed_by_owner"},
      {510, "no_policy"},
      {511, "request_malformed"},
      {512, "principal_invalid"},
      {513, "principal_revoked"},
      {514, "account_not_open"},
      {515, "acting_account_not_open"},
      {516, "membership_not_active"},
      {517, "external_identity"},
      {518, "key_boundary"},
      {519, "context_rule"},
  };
  for (const auto& row : kPublished) {
    EXPECT_EQ(NameOf(static_cast<Reason>(row.number)), row.name) << row.number;
  }
  EXPECT_EQ(std::size(kPublished), kReasonTable.size());
}

// A reason without a row would read as kNone. The enumerators are those of the header's text.
TEST(ReasonTable, EveryEnumeratorHasARow) {
  std::ifstream header(LATCHKEY_SOURCE_DIR "/include/latchkey/status.h");
  std::size_t found = 0;
  for (std::string line; std::getline(header, line);) {
    unsigned number = 0;
    if (std::sscanf(line.c_str(), "  k%*[A-Za-z0-9] = %u,", &number) != 1) continue;
    ++found;
    const auto reason = static_cast<Reason>(number);
    EXPECT_EQ(RowOf(reason).reason, reason) << line;
  }
  EXPECT_EQ(found, kReasonTable.size());
}

TEST(ReasonTable, AnUnknownNumberReadsAsNoReason) {
  EXPECT_EQ(RowOf(static_cast<Reason>(65535)).reason, Reason::kNone);
}

// domain A-2: neither the absence of a reason nor an unknown one is success.
TEST(ReasonTable, NoReasonIsAnErrorAndOnlyAnswersAreNot) {
  EXPECT_EQ(RowOf(Reason::kNone).code, absl::StatusCode::kInternal);
  for (const ReasonRow& row : kReasonTable) {
    const auto number = static_cast<std::uint16_t>(row.reason);
    EXPECT_TRUE(IsError(row) || number >= 400) << row.name;
    EXPECT_TRUE(IsError(row) || !row.retryable) << row.name;
  }
}

// domain A-2: kPermissionDenied belongs to administrative acts only.
TEST(ReasonTable, OnlyOneReasonIsPermissionDenied) {
  for (const ReasonRow& row : kReasonTable) {
    EXPECT_EQ(row.code == absl::StatusCode::kPermissionDenied, row.reason == Reason::kNotAllowed)
        << row.name;
  }
}

TEST(Error, GivesBackItsReasonAndHasTheCodeOfItsRow) {
  for (const ReasonRow& row : kReasonTable) {
    if (!IsError(row)) continue;
    const absl::Status status = Error(row.reason, "do something else");
    EXPECT_EQ(ReasonOf(status), row.reason) << row.name;
    EXPECT_EQ(status.code(), row.code) << row.name;
    EXPECT_EQ(ToStd(status.message()), "do something else");
  }
}

TEST(ErrorDeathTest, OfAReasonThatIsNoErrorEndsTheProcess) {
  for (const ReasonRow& row : kReasonTable) {
    if (IsError(row)) continue;
    EXPECT_DEATH((void)Error(row.reason, "never"), "an error needs a reason that is one")
        << row.name;
  }
}

TEST(ReasonOf, IsNothingForStatusesThatAreNotOurs) {
  EXPECT_EQ(ReasonOf(absl::OkStatus()), Reason::kNone);
  EXPECT_EQ(ReasonOf(absl::NotFoundError("not ours")), Reason::kNone);
}

// A payload under our URL that is not one of our numbers.
TEST(ReasonOf, IsNothingForADamagedPayload) {
  for (const char* text :
       {"", " 200", "200 ", "-1", "0200x", "65536", "99999999999", "not_found"}) {
    absl::Status status = Error(Reason::kNotFound, "not there");
    status.ForEachPayload([&](absl::string_view url, const absl::Cord&) {
      status.SetPayload(std::string(url), absl::Cord(text));
    });
    EXPECT_EQ(ReasonOf(status), Reason::kNone) << text;
  }
}

TEST(Annotate, PutsItsPrefixInFrontAndKeepsTheReason) {
  for (const ReasonRow& row : kReasonTable) {
    if (!IsError(row)) continue;
    const absl::Status status = Annotate(Error(row.reason, "close it first"), "opening the store");
    EXPECT_EQ(ReasonOf(status), row.reason) << row.name;
    EXPECT_EQ(status.code(), row.code) << row.name;
    EXPECT_EQ(ToStd(status.message()), "opening the store: close it first");
  }
}

TEST(Annotate, LeavesSuccessAlone) { EXPECT_TRUE(Annotate(absl::OkStatus(), "opening").ok()); }

absl::StatusOr<int> Half(int value) {
  if (value % 2 != 0) return Error(Reason::kMalformed, "give an even number");
  return value / 2;
}

absl::Status CheckQuarter(int value, int& quarter) {
  LATCHKEY_ASSIGN_OR_RETURN(const int half, Half(value));
  LATCHKEY_ASSIGN_OR_RETURN(quarter, Half(half));
  return absl::OkStatus();
}

absl::Status CheckTwice(int value, int& quarter) {
  LATCHKEY_RETURN_IF_ERROR(CheckQuarter(value, quarter));
  LATCHKEY_RETURN_IF_ERROR(CheckQuarter(value, quarter));
  return absl::OkStatus();
}

TEST(ErrorMacros, PassValuesOnAndLeaveWithTheFirstError) {
  int quarter = -1;
  EXPECT_TRUE(CheckTwice(12, quarter).ok());
  EXPECT_EQ(quarter, 3);
  EXPECT_EQ(ReasonOf(CheckTwice(6, quarter)), Reason::kMalformed);
  EXPECT_EQ(ReasonOf(CheckTwice(1, quarter)), Reason::kMalformed);
  EXPECT_EQ(quarter, 3);
}

}  // namespace
}  // namespace latchkey::base
