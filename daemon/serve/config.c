#include "serve/server.h"

static enum rk_status fill(const char *path, struct rk_config *config, struct rk_err *err)
{
	const struct rk_settings *settings;
	struct rk_tls_files files;

	RK_TRY(rk_settings_read(path, &config->settings, err));
	settings = config->settings;
	files.ca = settings->ca;
	files.cert = settings->certificate;
	files.key = settings->key;
	files.crl = *settings->crl ? settings->crl : NULL;
	RK_TRY(rk_tls_server(&files, &config->tls, err));
	return rk_keyring_open(
		settings->receipt_key, settings->receipt_keys_older, &config->keys, err);
}

enum rk_status rk_config_open(const char *path, struct rk_config *out, struct rk_err *err)
{
	enum rk_status status;

	*out = (struct rk_config){0};
	status = fill(path, out, err);
	if (status != RK_OK)
		rk_config_close(out);
	return status;
}

void rk_config_close(struct rk_config *config)
{
	rk_keyring_close(&config->keys);
	rk_tls_free(&config->tls);
	rk_settings_free(&config->settings);
}
