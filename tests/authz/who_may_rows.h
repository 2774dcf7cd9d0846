// The rows of who-may, as text: `acts | callers | targets | setting | answer`.
//
// Lists are separated by commas; a line that ends with one goes on in the next. `@name` is a list
// defined by `@name = …`. `@rest` is every caller of @inside that no earlier row named for the same
// act, target and setting. who_may_world.cc says what callers and settings are, who_may_subject.cc
// what targets are. Every combination is given once; under setting `-` each act and target that has
// a row has one for every caller.
#ifndef LATCHKEY_TESTS_AUTHZ_WHO_MAY_ROWS_H_
#define LATCHKEY_TESTS_AUTHZ_WHO_MAY_ROWS_H_

namespace latchkey::authz::who_may_world {

inline constexpr char kRows[] = R"(
# Who holds Administrator on all account management services, and who on iam-identity.
@admins     = admin, full_admin, profile_admin, visitor, sid_b
@mere       = admin, profile_admin, visitor, sid_b
@identity   = @admins, identity_admin
@mere_id    = @mere, identity_admin
@users      = owner, member, admin, full_admin, identity_admin, access_admin, group_admin,
    user_admin, store_admin, editor, operator, viewer, key_creator, keeper, visitor
@at_home    = owner, member, admin, full_admin, identity_admin, access_admin, group_admin,
    user_admin, store_admin, editor, operator, viewer, key_creator, keeper
# Acts on a key: all but view and create; those of W-3; those that W-3 leaves out.
@touch      = key.edit, key.lock, key.disable, key.enable, key.delete, key.report_leak
@never      = key.widen, key.rotate, key.retire, key.enable_after_leak, key.unbind
@update     = key.edit, key.widen, key.retire, key.lock, key.disable, key.enable,
    key.enable_after_leak, key.report_leak

# ---- Own keys need no right [domain W-1]; profiles and programs have none of their own here.
key.view, @touch, @never | @users | own_key | - | yes
key.view, @update        | sid_operator | own_key | - | yes
key.delete               | sid_operator | own_key | - | yes
key.rotate, key.unbind   | sid_operator | own_key | - | not_allowed
key.view, @touch, @never | @rest    | own_key | - | not_visible
key.view, @touch, @never | @outside | own_key | - | not_visible

# Creating: from the account of the key, for oneself, without a profile [domain W-2].
key.create | @at_home     | own_key | - | yes
key.create | visitor      | own_key | - | not_allowed
key.create | sid_operator | own_key | - | not_allowed
key.create | sid_b        | own_key | - | not_visible
key.create | @rest        | own_key | - | not_allowed
key.create | @outside     | own_key | - | not_visible
key.create | owner_away   | own_key | - | not_allowed
key.rotate | owner_away   | own_key | - | yes

# With restrict_create_platform_apikey: the owner too, and creation only [domain W-4].
key.create | key_creator  | own_key | restricted | yes
key.create | owner        | own_key | restricted | not_allowed
key.create | sid_b        | own_key | restricted | not_visible
key.create | @rest        | own_key | restricted | not_allowed
key.create | @outside     | own_key | restricted | not_visible
key.create | key_creator  | member_key | restricted | not_allowed
key.create | operator     | idle_sid_key | restricted | yes
key.view, @touch, @never | @users | own_key | restricted | yes

# ---- Another user's key [domain W-3] [domain W-2a].
key.view, @touch | owner, @identity | member_key | - | yes
@never           | owner, @identity | member_key | - | not_allowed
key.view, @touch, @never | member   | member_key | - | yes
key.view, @touch, @never | @rest    | member_key | - | not_visible
key.view, @touch, @never | @outside | member_key | - | not_visible
key.create       | member   | member_key | - | yes
key.create       | @rest    | member_key | - | not_allowed
key.create       | @outside | member_key | - | not_visible

# The account owner's keys are touched by nobody else.
key.view                 | owner, @identity | owner_key | - | yes
@touch, @never           | owner     | owner_key | - | yes
@touch, @never           | @identity | owner_key | - | not_allowed
key.view, @touch, @never | @rest     | owner_key | - | not_visible
key.view, @touch, @never | @outside  | owner_key | - | not_visible
key.create               | owner     | owner_key | - | yes
key.create               | @rest     | owner_key | - | not_allowed
key.create               | @outside  | owner_key | - | not_visible

# ---- Keys of service IDs [domain W-5]; making and rotating hand over what it carries [domain W-8].
key.view, @update | owner, @identity, editor, operator, sid_operator,
    keeper | idle_sid_key | - | yes
key.delete | owner, @identity, operator, sid_operator, keeper | idle_sid_key | - | yes
key.delete | editor   | idle_sid_key | - | not_allowed
key.create | owner, @identity, operator, sid_operator, keeper | idle_sid_key | - | yes
key.create | @rest    | idle_sid_key | - | not_allowed
key.rotate | owner, @identity, operator, sid_operator, keeper | idle_sid_key | - | yes
key.rotate | editor   | idle_sid_key | - | not_allowed
key.view, @update, key.delete, key.rotate | @rest    | idle_sid_key | - | not_visible
key.view, @update, key.delete, key.rotate, key.create | @outside | idle_sid_key | - | not_visible
# A term of its boundary goes by the hand of the account owner only [domain R-2].
key.unbind | owner | idle_sid_key | - | yes
key.unbind | @identity, editor, operator, sid_operator, keeper | idle_sid_key | - | not_allowed
key.unbind | @rest    | idle_sid_key | - | not_visible
key.unbind | @outside | idle_sid_key | - | not_visible

key.create | owner, full_admin | store_sid_key | - | yes
key.create | @rest             | store_sid_key | - | not_allowed
key.create | @outside          | store_sid_key | - | not_visible
key.rotate | owner, full_admin | store_sid_key | - | yes
key.rotate | @mere_id, editor, operator, sid_operator | store_sid_key | - | not_allowed
key.rotate | @rest             | store_sid_key | - | not_visible
key.rotate | @outside          | store_sid_key | - | not_visible
key.view, @update | owner, @identity, editor, operator, sid_operator | store_sid_key | - | yes
key.view, @update | @rest      | store_sid_key | - | not_visible
key.view, @update | @outside   | store_sid_key | - | not_visible
key.delete | owner, @identity, operator, sid_operator | store_sid_key | - | yes
key.delete | editor            | store_sid_key | - | not_allowed
key.delete | @rest             | store_sid_key | - | not_visible
key.delete | @outside          | store_sid_key | - | not_visible

# This one carries Viewer on iam-identity through a group.
key.create | owner, @identity  | identity_sid_key | - | yes
key.create | @rest             | identity_sid_key | - | not_allowed
key.create | @outside          | identity_sid_key | - | not_visible
key.rotate | owner, @identity  | identity_sid_key | - | yes
key.rotate | editor, operator, sid_operator | identity_sid_key | - | not_allowed
key.rotate | @rest             | identity_sid_key | - | not_visible
key.rotate | @outside          | identity_sid_key | - | not_visible

# A service ID of another account, or of none: rights here do not bring its keys into being.
key.create | owner, @identity, operator, sid_operator | foreign_sid_key,
    unknown_sid_key | - | not_visible
key.create | @rest    | foreign_sid_key, unknown_sid_key | - | not_allowed
key.create | @outside | foreign_sid_key, unknown_sid_key | - | not_visible
key.view, @update, key.delete, key.rotate | @rest    | foreign_sid_key,
    unknown_sid_key | - | not_visible
key.view, @update, key.delete, key.rotate | @outside | foreign_sid_key,
    unknown_sid_key | - | not_visible

# Profiles have no keys.
key.create | @rest    | profile_key, key_of_nobody | - | not_allowed
key.create | @outside | profile_key, key_of_nobody | - | not_visible
key.view, @touch, @never | @rest    | profile_key, key_of_nobody | - | not_visible
key.view, @touch, @never | @outside | profile_key, key_of_nobody | - | not_visible

# ---- Classic keys: their own user and its ancestors; no right helps [domain K-9]. The hierarchy:
# owner > editor > suspended > viewer > member > key_creator; keeper is the member's sibling.
@see_classic = classic.view, classic.delete, classic.report_leak
@on_classic  = @see_classic, classic.change
classic.create | @at_home   | own_key | - | yes
classic.create | @rest      | own_key | - | not_allowed
classic.create | @outside   | own_key | - | not_visible
classic.create | owner_away | own_key | - | not_allowed
classic.create | @at_home   | own_key | restricted | yes
@see_classic   | @users     | own_key | - | yes
classic.change | @users     | own_key | - | not_allowed
@on_classic    | @rest      | own_key | - | not_visible
@on_classic    | @outside   | own_key | - | not_visible
@see_classic   | owner_away | own_key | - | yes

classic.create | member     | member_key | - | yes
classic.create | @rest      | member_key | - | not_allowed
classic.create | @outside   | member_key | - | not_visible
@see_classic   | member, viewer, editor, owner | member_key | - | yes
classic.change | member, viewer, editor, owner | member_key | - | not_allowed
@on_classic    | @rest      | member_key | - | not_visible
@on_classic    | @outside   | member_key | - | not_visible
@see_classic   | owner_away | member_key | - | yes
@on_classic    | owner, viewer, member | member_key | suspended, closed | not_visible

classic.create | owner      | owner_key | - | yes
classic.create | @rest      | owner_key | - | not_allowed
classic.create | @outside   | owner_key | - | not_visible
@see_classic   | owner      | owner_key | - | yes
classic.change | owner      | owner_key | - | not_allowed
@on_classic    | @rest      | owner_key | - | not_visible
@on_classic    | @outside   | owner_key | - | not_visible

# Only users have one.
classic.create | @rest    | idle_sid_key, profile_key, key_of_nobody | - | not_allowed
classic.create | @outside | idle_sid_key, profile_key, key_of_nobody | - | not_visible
@on_classic    | @rest    | idle_sid_key, profile_key, key_of_nobody | - | not_visible
@on_classic    | @outside | idle_sid_key, profile_key, key_of_nobody | - | not_visible

key.purge | owner, @identity | account | - | yes
key.purge | @rest            | account | - | not_allowed
key.purge | @outside         | account | - | not_visible

# ---- The account.
account.view | owner, @identity, editor, operator, viewer, sid_operator | account | - | yes
account.view | @rest    | account | - | not_visible
account.view | @outside | account | - | not_visible
account.update_identity_settings | owner, @identity, editor, operator,
    sid_operator | account | - | yes
account.update_identity_settings | viewer   | account | - | not_allowed
account.update_identity_settings | @rest    | account | - | not_visible
account.update_identity_settings | @outside | account | - | not_visible
account.raise_limit | owner, full_admin | account | - | yes
account.raise_limit | @mere_id, editor, operator, viewer, sid_operator | account | - | not_allowed
account.raise_limit | @rest    | account | - | not_visible
account.raise_limit | @outside | account | - | not_visible
account.view_access_settings | owner, @admins, access_admin, editor, viewer | account | - | yes
account.view_access_settings | @rest    | account | - | not_visible
account.view_access_settings | @outside | account | - | not_visible
account.update_access_settings | owner, full_admin | account | - | yes
account.update_access_settings | @mere, access_admin, editor, viewer | account | - | not_allowed
account.update_access_settings | @rest    | account | - | not_visible
account.update_access_settings | @outside | account | - | not_visible
account.transfer | owner    | account | - | yes
account.transfer | @rest    | account | - | not_allowed
account.transfer | @outside | account | - | not_visible

# ---- For the trusted host only; what belongs to no account answers alike to all [hazard C48].
account.change_state, user.create, user.delete, catalogue.change, feed.read,
    import | @rest    | account | - | not_allowed
account.change_state, user.create, user.delete, catalogue.change, feed.read,
    import | @outside | account | - | not_visible
account.change_state, user.create, user.delete, catalogue.change, feed.read,
    import | @rest    | nowhere | - | not_allowed
account.change_state, user.create, user.delete, catalogue.change, feed.read,
    import | @outside | nowhere | - | not_allowed

# ---- Users.
user.view   | owner, @admins, user_admin, editor, operator, viewer | user_idle | - | yes
user.view   | @rest    | user_idle | - | not_visible
user.view   | @outside | user_idle | - | not_visible
user.invite | owner, @admins, user_admin, editor | user_idle, account | - | yes
user.invite | @rest    | user_idle, account | - | not_allowed
user.invite | @outside | user_idle, account | - | not_visible
user.suspend, user.remove | owner, @admins, user_admin, editor | user_idle | - | yes
user.suspend, user.remove | operator, viewer | user_idle | - | not_allowed
user.suspend, user.remove | @rest    | user_idle | - | not_visible
user.suspend, user.remove | @outside | user_idle | - | not_visible
user.reactivate | owner, @admins, user_admin, editor | user_bare | - | yes
user.reactivate | operator, viewer | user_bare | - | not_allowed
user.reactivate | @rest    | user_bare | - | not_visible
user.reactivate | @outside | user_bare | - | not_visible
user.reactivate | owner, @admins | user_identity | - | yes
user.reactivate | user_admin, editor, operator, viewer | user_identity | - | not_allowed
user.reactivate | @rest    | user_identity | - | not_visible
user.reactivate | @outside | user_identity | - | not_visible
user.reactivate | owner, full_admin | user_store | - | yes
user.reactivate | @mere, user_admin, editor, operator, viewer | user_store | - | not_allowed
user.reactivate | @rest    | user_store | - | not_visible
user.reactivate | @outside | user_store | - | not_visible
user.reactivate | owner    | member_unset | - | yes
user.reactivate | @admins, user_admin, editor, operator, viewer | member_unset | - | not_allowed
user.reactivate | @rest    | member_unset | - | not_visible
user.reactivate | @outside | member_unset | - | not_visible

# The user itself [domain D-1]; a program that sees memberships is told that this is none of its
# own.
user.accept, user.leave | @users | self | - | yes
user.accept, user.leave | pending, pending_away | self | - | yes
user.leave  | suspended | self | - | yes
user.accept | suspended | self | - | not_visible
user.accept, user.leave | stranger, deleted, unknown | self | - | not_visible
user.accept, user.leave | sid_b, profile_admin | self | - | not_allowed
user.accept, user.leave | @rest  | self | - | not_visible
user.accept, user.leave | owner, @admins, user_admin, editor, operator,
    viewer | user_idle | - | not_allowed
user.accept, user.leave | @rest    | user_idle | - | not_visible
user.accept, user.leave | @outside | user_idle | - | not_visible
user.accept, user.leave | pending_away | self | limited | not_visible
user.accept, user.leave | pending_away | self | listed  | yes
user.accept, user.leave | pending      | self | limited | yes
user.accept, user.leave | pending, pending_away, suspended, member | self | suspended | not_visible
user.accept, user.leave | pending      | self | b_suspended | yes
user.accept, user.leave | pending_away | self | b_suspended | not_visible

# ---- Service IDs and trusted profiles.
service_id.view   | owner, @identity, editor, operator, viewer, sid_operator,
    keeper | sid_idle | - | yes
service_id.view   | @rest    | sid_idle | - | not_visible
service_id.view   | @outside | sid_idle | - | not_visible
service_id.update | owner, @identity, editor, operator, sid_operator, keeper | sid_idle | - | yes
service_id.update | viewer   | sid_idle | - | not_allowed
service_id.update | @rest    | sid_idle | - | not_visible
service_id.update | @outside | sid_idle | - | not_visible
service_id.delete | owner, @identity, operator, sid_operator, keeper | sid_idle | - | yes
service_id.delete | editor, viewer | sid_idle | - | not_allowed
service_id.delete | @rest    | sid_idle | - | not_visible
service_id.delete | @outside | sid_idle | - | not_visible
service_id.view   | owner, @identity, editor, operator, viewer,
    sid_operator | member_unset | - | yes
service_id.view   | @rest    | member_unset | - | not_visible
service_id.view   | @outside | member_unset | - | not_visible
service_id.create | sid_b, sid_b_plain | account | - | not_allowed
service_id.create | @rest    | account | - | yes
service_id.create | @outside | account | - | not_visible
service_id.create | owner, key_creator | account | restricted | yes
service_id.create | @rest    | account | restricted | not_allowed
service_id.create | @outside | account | restricted | not_visible
profile.view      | owner, @identity, editor, operator, viewer,
    sid_operator | profile_plain | - | yes
profile.view      | @rest    | profile_plain | - | not_visible
profile.view      | @outside | profile_plain | - | not_visible
profile.create    | owner, @identity | account | - | yes
profile.create    | @rest    | account | - | not_allowed
profile.create    | @outside | account | - | not_visible
profile.update    | owner, @identity, editor, operator, sid_operator | profile_plain | - | yes
profile.update    | viewer   | profile_plain | - | not_allowed
profile.update    | @rest    | profile_plain | - | not_visible
profile.update    | @outside | profile_plain | - | not_visible
profile.delete    | owner, @identity, operator, sid_operator | profile_plain | - | yes
profile.delete    | editor, viewer | profile_plain | - | not_allowed
profile.delete    | @rest    | profile_plain | - | not_visible
profile.delete    | @outside | profile_plain | - | not_visible

# ---- Access groups.
group.view, group.member_view | owner, @admins, group_admin, editor, viewer | group_plain | - | yes
group.view, group.member_view | @rest    | group_plain | - | not_visible
group.view, group.member_view | @outside | group_plain | - | not_visible
group.create | owner, @admins, group_admin, editor | account | - | yes
group.create | @rest    | account | - | not_allowed
group.create | @outside | account | - | not_visible
group.update, group.delete, group.member_remove | owner, @admins, group_admin,
    editor | group_plain, group_store | - | yes
group.update, group.delete, group.member_remove | viewer   | group_plain,
    group_store | - | not_allowed
group.update, group.delete, group.member_remove | @rest    | group_plain,
    group_store | - | not_visible
group.update, group.delete, group.member_remove | @outside | group_plain,
    group_store | - | not_visible
group.member_add | owner, @admins, group_admin, editor | group_plain | - | yes
group.member_add | viewer   | group_plain | - | not_allowed
group.member_add | @rest    | group_plain | - | not_visible
group.member_add | @outside | group_plain | - | not_visible
group.member_add | owner, @admins | group_identity | - | yes
group.member_add | group_admin, editor, viewer | group_identity | - | not_allowed
group.member_add | @rest    | group_identity | - | not_visible
group.member_add | @outside | group_identity | - | not_visible
group.member_add | owner, full_admin | group_store | - | yes
group.member_add | @mere, group_admin, editor, viewer | group_store | - | not_allowed
group.member_add | @rest    | group_store | - | not_visible
group.member_add | @outside | group_store | - | not_visible
# Nobody but the owner grants to itself, nor to a service ID whose keys it may make [hazard C41].
group.member_add | owner    | group_plain_self | - | yes
group.member_add | @admins, group_admin, editor, viewer | group_plain_self | - | not_allowed
group.member_add | @rest    | group_plain_self | - | not_visible
group.member_add | @outside | group_plain_self | - | not_visible
group.member_add | owner, group_admin, editor | group_plain_sid | - | yes
group.member_add | @admins, viewer | group_plain_sid | - | not_allowed
group.member_add | @rest    | group_plain_sid | - | not_visible
group.member_add | @outside | group_plain_sid | - | not_visible
# profile_admin is applied by `member`.
group.member_add | owner, admin, full_admin, visitor, sid_b, group_admin,
    editor | group_plain_member | - | yes
group.member_add | profile_admin, viewer | group_plain_member | - | not_allowed
group.member_add | @rest    | group_plain_member | - | not_visible
group.member_add | @outside | group_plain_member | - | not_visible
group.member_add | owner    | member_unset | - | yes
group.member_add | @admins, group_admin, editor, viewer | member_unset | - | not_allowed
group.member_add | @rest    | member_unset | - | not_visible
group.member_add | @outside | member_unset | - | not_visible

# ---- Policies: on their own targets [domain W-10], granting only what is covered [domain W-8].
policy.view   | owner, @identity, editor, operator, viewer, sid_operator | policy_identity | - | yes
policy.view   | @rest    | policy_identity | - | not_visible
policy.view   | @outside | policy_identity | - | not_visible
policy.create | owner, @identity | policy_identity | - | yes
policy.create | @rest    | policy_identity | - | not_allowed
policy.create | @outside | policy_identity | - | not_visible
policy.update, policy.delete | owner, @identity | policy_identity | - | yes
policy.update, policy.delete | editor, operator, viewer,
    sid_operator | policy_identity | - | not_allowed
policy.update, policy.delete | @rest    | policy_identity | - | not_visible
policy.update, policy.delete | @outside | policy_identity | - | not_visible
policy.view, policy.update, policy.delete | owner, full_admin, store_admin | policy_store | - | yes
policy.view, policy.update, policy.delete | @rest    | policy_store | - | not_visible
policy.view, policy.update, policy.delete | @outside | policy_store | - | not_visible
policy.create | owner, full_admin, store_admin | policy_store | - | yes
policy.create | @rest    | policy_store | - | not_allowed
policy.create | @outside | policy_store | - | not_visible
# A whole service type: Administrator of it.
policy.view, policy.update, policy.delete | owner, @admins | policy_platform | - | yes
policy.view, policy.update, policy.delete | @rest    | policy_platform | - | not_visible
policy.view, policy.update, policy.delete | @outside | policy_platform | - | not_visible
policy.create | owner, @admins | policy_platform | - | yes
policy.create | @rest    | policy_platform | - | not_allowed
policy.create | @outside | policy_platform | - | not_visible
policy.create | owner, full_admin | policy_services | - | yes
policy.create | @rest    | policy_services | - | not_allowed
policy.create | @outside | policy_services | - | not_visible
# No role of billing holds iam.policy.*: the owner only.
policy.create | owner    | policy_billing | - | yes
policy.create | @rest    | policy_billing | - | not_allowed
policy.create | @outside | policy_billing | - | not_visible
policy.view, policy.update, policy.delete | owner    | policy_billing | - | yes
policy.view, policy.update, policy.delete | @rest    | policy_billing | - | not_visible
policy.view, policy.update, policy.delete | @outside | policy_billing | - | not_visible
# A wildcard target is asked by covering, not by matching.
policy.view   | owner, @identity, editor, operator, viewer, sid_operator | policy_pattern | - | yes
policy.view   | @rest    | policy_pattern | - | not_visible
policy.view   | @outside | policy_pattern | - | not_visible
policy.create | owner, @identity | policy_pattern | - | yes
policy.create | @rest    | policy_pattern | - | not_allowed
policy.create | @outside | policy_pattern | - | not_visible
# To itself: its IAM ID, a group it is in, a service ID whose keys it may make [hazard C41].
policy.create | owner    | policy_to_self | - | yes
policy.create | @rest    | policy_to_self | - | not_allowed
policy.create | @outside | policy_to_self | - | not_visible
policy.update | owner    | policy_to_self, policy_from_self | - | yes
policy.update | @identity, editor, operator, viewer, sid_operator | policy_to_self,
    policy_from_self | - | not_allowed
policy.update | @rest    | policy_to_self, policy_from_self | - | not_visible
policy.update | @outside | policy_to_self, policy_from_self | - | not_visible
policy.delete | owner, @identity | policy_to_self | - | yes
policy.delete | editor, operator, viewer, sid_operator | policy_to_self | - | not_allowed
policy.delete | @rest    | policy_to_self | - | not_visible
policy.delete | @outside | policy_to_self | - | not_visible
policy.create | owner, @admins | policy_to_admins_group | - | yes
policy.create | @rest    | policy_to_admins_group | - | not_allowed
policy.create | @outside | policy_to_admins_group | - | not_visible
policy.create | owner, group_admin | policy_to_mixed_group | - | yes
policy.create | @rest    | policy_to_mixed_group | - | not_allowed
policy.create | @outside | policy_to_mixed_group | - | not_visible
policy.create | owner    | policy_to_unlisted_group | - | yes
policy.create | @rest    | policy_to_unlisted_group | - | not_allowed
policy.create | @outside | policy_to_unlisted_group | - | not_visible
policy.create | owner, group_admin | policy_to_sid | - | yes
policy.create | @rest    | policy_to_sid | - | not_allowed
policy.create | @outside | policy_to_sid | - | not_visible
policy.create | owner, @identity | policy_to_foreign_sid | - | yes
policy.create | @rest    | policy_to_foreign_sid | - | not_allowed
policy.create | @outside | policy_to_foreign_sid | - | not_visible
# Old and new target.
policy.update | owner, full_admin | policy_widened | - | yes
policy.update | @mere_id, editor, operator, viewer, sid_operator | policy_widened | - | not_allowed
policy.update | @rest    | policy_widened | - | not_visible
policy.update | @outside | policy_widened | - | not_visible
policy.update | owner, @admins | policy_narrowed | - | yes
policy.update | @rest    | policy_narrowed | - | not_visible
policy.update | @outside | policy_narrowed | - | not_visible
# A policy of another account has no place in this one, not for the owner either [domain P-10].
policy.view, policy.update, policy.delete | @rest    | policy_of_b, policy_unset | - | not_visible
policy.view, policy.update, policy.delete | @outside | policy_of_b, policy_unset | - | not_visible
policy.create | @rest    | policy_of_b, policy_moved_to_b, policy_unset | - | not_allowed
policy.create | @outside | policy_of_b, policy_moved_to_b, policy_unset | - | not_visible
policy.update | owner, @identity, editor, operator, viewer,
    sid_operator | policy_moved_to_b | - | not_allowed
policy.update | @rest    | policy_moved_to_b | - | not_visible
policy.update | @outside | policy_moved_to_b | - | not_visible

# ---- Custom roles.
custom_role.view   | owner, @admins, access_admin, editor, operator, viewer | role_unused | - | yes
custom_role.view   | @rest    | role_unused | - | not_visible
custom_role.view   | @outside | role_unused | - | not_visible
custom_role.create | owner, @admins, access_admin | role_unused | - | yes
custom_role.create | @rest    | role_unused | - | not_allowed
custom_role.create | @outside | role_unused | - | not_visible
custom_role.update, custom_role.widen | owner, @admins, access_admin, editor | role_unused | - | yes
custom_role.update, custom_role.widen | operator, viewer | role_unused | - | not_allowed
custom_role.update, custom_role.widen | @rest    | role_unused | - | not_visible
custom_role.update, custom_role.widen | @outside | role_unused | - | not_visible
custom_role.delete | owner, @admins, access_admin | role_store | - | yes
custom_role.delete | editor, operator, viewer | role_store | - | not_allowed
custom_role.delete | @rest    | role_store | - | not_visible
custom_role.delete | @outside | role_store | - | not_visible
custom_role.widen  | owner, @admins | role_identity | - | yes
custom_role.widen  | access_admin, editor, operator, viewer | role_identity | - | not_allowed
custom_role.widen  | @rest    | role_identity | - | not_visible
custom_role.widen  | @outside | role_identity | - | not_visible
custom_role.widen  | owner, full_admin | role_store | - | yes
custom_role.widen  | @mere, access_admin, editor, operator, viewer | role_store | - | not_allowed
custom_role.widen  | @rest    | role_store | - | not_visible
custom_role.widen  | @outside | role_store | - | not_visible
custom_role.widen  | owner    | role_self, role_mixed_group, role_unlisted | - | yes
custom_role.widen  | @admins, access_admin, editor, operator, viewer | role_self,
    role_mixed_group, role_unlisted | - | not_allowed
custom_role.widen  | @rest    | role_self, role_mixed_group, role_unlisted | - | not_visible
custom_role.widen  | @outside | role_self, role_mixed_group, role_unlisted | - | not_visible

# ---- Network zones; what lets more in hands over the whole account [domain W-8].
zone.view   | owner, @admins, editor, viewer | account | - | yes
zone.view   | @rest    | account | - | not_visible
zone.view   | @outside | account | - | not_visible
zone.create | owner, @admins, editor | account | - | yes
zone.create | @rest    | account | - | not_allowed
zone.create | @outside | account | - | not_visible
zone.update | owner, @admins, editor | account | - | yes
zone.update | viewer   | account | - | not_allowed
zone.update | @rest    | account | - | not_visible
zone.update | @outside | account | - | not_visible
zone.loosen, zone.delete | owner, full_admin | account | - | yes
zone.loosen, zone.delete | @mere, editor, viewer | account | - | not_allowed
zone.loosen, zone.delete | @rest    | account | - | not_visible
zone.loosen, zone.delete | @outside | account | - | not_visible

# ---- Context rules: on the rule's own target.
@loosen = context_rule.loosen, context_rule.delete
context_rule.view   | owner, @identity, editor, operator, viewer,
    sid_operator | rule_identity | - | yes
context_rule.view   | @rest    | rule_identity | - | not_visible
context_rule.view   | @outside | rule_identity | - | not_visible
context_rule.create | owner, @identity | rule_identity | - | yes
context_rule.create | @rest    | rule_identity | - | not_allowed
context_rule.create | @outside | rule_identity | - | not_visible
context_rule.update, @loosen | owner, @identity | rule_identity | - | yes
context_rule.update, @loosen | editor, operator, viewer,
    sid_operator | rule_identity | - | not_allowed
context_rule.update, @loosen | @rest    | rule_identity | - | not_visible
context_rule.update, @loosen | @outside | rule_identity | - | not_visible
context_rule.view, context_rule.update, @loosen | owner, full_admin,
    store_admin | rule_store | - | yes
context_rule.view, context_rule.update, @loosen | @rest    | rule_store | - | not_visible
context_rule.view, context_rule.update, @loosen | @outside | rule_store | - | not_visible
context_rule.create | owner, full_admin, store_admin | rule_store | - | yes
context_rule.create | @rest    | rule_store | - | not_allowed
context_rule.create | @outside | rule_store | - | not_visible
# Old and new target.
context_rule.update, @loosen | owner, full_admin | rule_moved | - | yes
context_rule.update, @loosen | @mere_id, editor, operator, viewer,
    sid_operator | rule_moved | - | not_allowed
context_rule.update, @loosen | @rest    | rule_moved | - | not_visible
context_rule.update, @loosen | @outside | rule_moved | - | not_visible
# A rule of another account has no place in this one.
context_rule.view, context_rule.update, @loosen | @rest | rule_of_b, rule_unset | - | not_visible
context_rule.view, context_rule.update, @loosen | @outside | rule_of_b,
    rule_unset | - | not_visible
context_rule.create | @rest    | rule_of_b, rule_unset | - | not_allowed
context_rule.create | @outside | rule_of_b, rule_unset | - | not_visible

explain_others | owner, full_admin | account | - | yes
explain_others | @rest    | account | - | not_allowed
explain_others | @outside | account | - | not_visible

# ---- Restrictions come after every rule, the owner's and one's own included [domain R-1].
key.view, key.lock, key.rotate | owner_away, visitor | own_key | limited,
    limited_users | not_visible
key.view, key.lock, key.rotate | owner_away, visitor | own_key | listed, monitor | yes
key.create     | owner_away, visitor | own_key | limited | not_visible
key.create     | owner_away, visitor | own_key | listed, monitor | not_allowed
account.view, group.create, key.purge,
    account.transfer | owner_away | account | limited | not_visible
account.view, group.create, key.purge, account.transfer | owner_away | account | listed,
    monitor | yes
account.view, group.create, key.purge | visitor | account | limited, limited_users | not_visible
account.view, group.create, key.purge | visitor | account | listed, monitor | yes
account.view, group.create, key.purge | sid_b   | account | limited | not_visible
account.view, group.create, key.purge | sid_b   | account | limited_users, listed, monitor | yes
import, account.change_state | visitor | account | limited | not_visible
policy.create  | visitor, sid_b | policy_identity | limited | not_visible
policy.create  | visitor, sid_b | policy_identity | listed | yes
group.member_add | visitor, sid_b | group_identity | limited | not_visible
service_id.create | visitor | account | limited | not_visible
service_id.create | visitor | account | listed | yes
account.view, group.create | owner, admin, sid_operator,
    profile_admin | nowhere | limited | not_visible
key.view, key.edit | owner, admin, member, profile_admin | member_key | limited | yes

# ---- Only the trusted host acts in an account that is not open [domain D-4].
key.view, @touch, @never, key.create | owner, admin, member | own_key | suspended,
    closed | not_visible
account.view, account.transfer, account.update_access_settings, key.purge, explain_others,
    group.create, import | owner, full_admin, sid_operator | account | suspended,
    closed | not_visible
policy.create, policy.view, policy.delete | owner, full_admin | policy_identity | suspended,
    closed | not_visible
account.view, group.create | visitor, sid_b, owner_away | account | b_suspended | not_visible
account.view, group.create | owner, admin | account | b_suspended | yes
)";

}  // namespace latchkey::authz::who_may_world

#endif  // LATCHKEY_TESTS_AUTHZ_WHO_MAY_ROWS_H_
