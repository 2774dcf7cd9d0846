# domain section 7 step 2: the owner needs no policy; owning one account gives nothing in another, and
# what the owner lost with the ownership is lost at once (domain D-2).
account acme of alice
account beta of bea
member alice of beta
member dan of acme
key k of alice in acme
key d of dan in acme

ask k in acme kms kms.secrets.delete => allow owner
ask k in acme no-such-service anything.at.all => allow owner
ask k in beta kms kms.secrets.list => deny no_policy
ask alice@beta in acme kms kms.secrets.list => allow owner
do transfer acme to dan
ask k in acme kms kms.secrets.delete => deny no_policy
ask d in acme kms kms.secrets.delete => allow owner
