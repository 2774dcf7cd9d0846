// domain D-7: ids are opaque texts, so only their types keep an account, a user and a key apart; a
// text becomes an id only where somebody says so.
// expect: Remove\(user, account\)
// expect: Delete\(key, account\)
// expect: Close\("somebody"\)
// expect: (invalid initialization|could not convert|cannot convert|no matching function)
#include "latchkey/identity.h"

void Remove(const latchkey::AccountId& account, const latchkey::IamId& user);
void Delete(const latchkey::AccountId& account, const latchkey::KeyId& key);
void Close(const latchkey::AccountId& account);

void Caller(const latchkey::AccountId& account, const latchkey::IamId& user,
            const latchkey::KeyId& key) {
#ifdef LATCHKEY_FAILING_HALF
  Remove(user, account);
  Delete(key, account);
  Close("somebody");
#else
  Remove(account, user);
  Delete(account, key);
  Close(latchkey::AccountId("somebody"));
#endif
}
