#include "engine/authz/rule_value.h"

#include "absl/time/civil_time.h"

namespace latchkey::authz {
namespace {

constexpr std::int64_t kSecondUs = 1'000'000;
constexpr std::int64_t kMinuteUs = 60 * kSecondUs;
constexpr std::int64_t kDayUs = 24 * 60 * kMinuteUs;
constexpr std::int64_t kOffsetMinutesMax = 14 * 60;  // that of Kiribati, the largest in use
constexpr std::int64_t kYearMax = 9999;

// Reads a text from front to back and remembers whether all of it was as expected.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  // A number of exactly `digits` digits within min..max.
  std::int64_t Number(std::size_t digits, std::int64_t min, std::int64_t max) {
    std::int64_t number = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const char c = Next();
      if (c < '0' || c > '9') good_ = false;
      number = number * 10 + (c - '0');
    }
    if (number < min || number > max) good_ = false;
    return number;
  }

  void Take(char wanted) {
    if (Next() != wanted) good_ = false;
  }

  std::int64_t OffsetUs() {
    const char sign = Next();
    if (sign != '+' && sign != '-') good_ = false;
    const std::int64_t hours = Number(2, 0, 14);
    Take(':');
    const std::int64_t minutes = hours * 60 + Number(2, 0, 59);
    if (minutes > kOffsetMinutesMax || (sign == '-' && minutes == 0)) good_ = false;
    return (sign == '-' ? -minutes : minutes) * kMinuteUs;
  }

  std::int64_t TimeUs() {
    const std::int64_t hours = Number(2, 0, 23);
    Take(':');
    const std::int64_t minutes = Number(2, 0, 59);
    Take(':');
    return (hours * 60 + minutes) * kMinuteUs + Number(2, 0, 59) * kSecondUs;
  }

  // Days since the epoch.
  std::int64_t Date() {
    const std::int64_t year = Number(4, 1, kYearMax);
    Take('-');
    const std::int64_t month = Number(2, 1, 12);
    Take('-');
    const std::int64_t day = Number(2, 1, 31);
    if (!good_) return 0;
    const absl::CivilDay date(year, month, day);
    if (date.day() != day) good_ = false;  // of the next month: there is no such day
    return date - absl::CivilDay(1970, 1, 1);
  }

  [[nodiscard]] bool IsAtGoodEnd() const { return good_ && rest_.empty(); }

 private:
  char Next() {
    if (rest_.empty()) {
      good_ = false;
      return '\0';
    }
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view rest_;
  bool good_ = true;
};

std::int64_t ScanNumber(RuleForm form, Scanner& scanner) {
  switch (form) {
    case RuleForm::kTime:
      return scanner.TimeUs();
    case RuleForm::kDate:
      return scanner.Date();
    case RuleForm::kDateTime: {
      const std::int64_t days = scanner.Date();
      scanner.Take('T');
      return days * kDayUs + scanner.TimeUs();
    }
    case RuleForm::kDay:
      break;
  }
  return scanner.Number(1, 1, 7);
}

std::int64_t FloorDays(std::int64_t us) {
  const std::int64_t days = us / kDayUs;
  return us % kDayUs < 0 ? days - 1 : days;
}

// 1970-01-01 was a Thursday.
std::int64_t WeekdayOf(std::int64_t days) { return ((days + 3) % 7 + 7) % 7 + 1; }

}  // namespace

std::optional<RuleValue> ParseRuleValue(RuleForm form, std::string_view text) {
  Scanner scanner(text);
  RuleValue value;
  value.number = ScanNumber(form, scanner);
  value.offset_us = scanner.OffsetUs();
  if (!scanner.IsAtGoodEnd()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> RuleClock(absl::Time now) {
  static const absl::Time first = absl::FromCivil(absl::CivilDay(1, 1, 1), absl::UTCTimeZone());
  static const absl::Time end =
      absl::FromCivil(absl::CivilDay(kYearMax + 1, 1, 1), absl::UTCTimeZone());
  if (now < first || now >= end) return std::nullopt;
  return absl::ToUnixMicros(now);
}

std::int64_t ReadRuleClock(RuleForm form, std::int64_t now_us, std::int64_t offset_us) {
  const std::int64_t local_us = now_us + offset_us;
  const std::int64_t days = FloorDays(local_us);
  switch (form) {
    case RuleForm::kTime:
      return local_us - days * kDayUs;
    case RuleForm::kDate:
      return days;
    case RuleForm::kDateTime:
      return local_us;
    case RuleForm::kDay:
      break;
  }
  return WeekdayOf(days);
}

}  // namespace latchkey::authz
