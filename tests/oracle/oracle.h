// tests/oracle/oracle.h: the decision of domain section 7, written from domain.md alone: it walks
// all lists, keeps no index, and shares no code with the engine.
#ifndef LATCHKEY_TESTS_ORACLE_ORACLE_H_
#define LATCHKEY_TESTS_ORACLE_ORACLE_H_

#include <string>

#include "oracle/world.h"

namespace oracle {

struct Answer {
  std::string outcome;  // "allow", "deny", "refused"
  std::string reason;   // the stable names of latchkey/status.h
  unsigned policy = 0;  // the lowest serial of a policy that grants
  bool limited_would_refuse = false;
};

// `owner_counts` false: as if nobody owned the account (domain W-4).
Answer Decide(const World& world, const Actor& actor, const Request& request, bool owner_counts);

// Whether `policy` itself grants `request`, whoever asks.
bool Grants(const World& world, const Policy& policy, const Request& request, long long now_us);

}  // namespace oracle

#endif  // LATCHKEY_TESTS_ORACLE_ORACLE_H_
