/* package.h - the files beside the tables of a bundle, each made of the catalogue and the list of files. */
#pragma once
#include "export/bundle.h"

struct rk_export_package {
	const struct rk_export_order *order;
	const struct rk_export_made *made; /* as_of and snapshot are known */
	const struct rk_export_catalogue *catalogue;
	const int64_t *rows; /* of each table */
	const struct rk_export_changes
		*changes; /* of each table, order->base being there; NULL: the bundle is whole */
	const char *selection;
	struct rk_export_folder *folder;
};

/* Each makes its files; those of the data are measured. */
RK_MUST_USE enum rk_status rk_export_datapackage(
	struct rk_export_package *package, struct rk_err *err);
RK_MUST_USE enum rk_status rk_export_csvw(struct rk_export_package *package, struct rk_err *err);
RK_MUST_USE enum rk_status rk_export_dictionary(
	struct rk_export_package *package, struct rk_err *err);
RK_MUST_USE enum rk_status rk_export_readme(struct rk_export_package *package, struct rk_err *err);
/* SHA256SUMS, KEY.pem, MANIFEST.json and its signature, in this order; to be called last. */
RK_MUST_USE enum rk_status rk_export_manifest(
	struct rk_export_package *package, char sha256[RK_SHA256_HEX], struct rk_err *err);
/* A file of these bytes. */
RK_MUST_USE enum rk_status rk_export_put(struct rk_export_folder *folder, const char *path,
	struct rk_slice text, struct rk_err *err);
