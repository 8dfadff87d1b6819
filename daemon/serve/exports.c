#include "serve/exports.h"

#include "db/migrate.h"

static enum rk_status sign(
	void *arg, struct rk_slice text, uint8_t signature[64], struct rk_err *err)
{
	return rk_keyring_sign(arg, text, signature, err);
}

void rk_exports_house(const struct rk_config *config, struct rk_export_house *house)
{
	const struct rk_settings *settings = config->settings;
	bool signs = *rk_keyring_current(config->keys);

	*house = (struct rk_export_house){
		.database = settings->database,
		.read_database = settings->read_database,
		.dir = settings->export_dir,
		.sign = signs ? sign : NULL,
		.sign_arg = config->keys,
		.key_id = rk_keyring_current(config->keys),
		.public_pem = signs ? rk_keyring_info(config->keys, 0)->public_pem : "",
		.schema = rk_migrate_newest(),
	};
}
