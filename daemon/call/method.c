#include "call/method.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct rk_method *rk_method_find(
	const struct rk_method *const *methods, struct rk_slice path, int *index)
{
	for (int i = 0; methods[i]; i++) {
		if (!rk_slice_equal_str(path, methods[i]->path))
			continue;
		*index = i;
		return methods[i];
	}
	return NULL;
}

static void path_of(
	const ProtobufCServiceDescriptor *service, unsigned number, char *out, size_t size)
{
	snprintf(out, size, "/%s/%s", service->name, service->methods[number].name);
}

static enum rk_status service_in_list(const struct rk_method *const *methods,
	const ProtobufCServiceDescriptor *service, struct rk_err *err)
{
	char path[256];
	int index;

	for (unsigned i = 0; i < service->n_methods; i++) {
		const struct rk_method *method;

		path_of(service, i, path, sizeof path);
		method = rk_method_find(methods, rk_slice_str(path), &index);
		if (!method)
			return rk_fail(
				err, RK_INTERNAL, "no method answers %s of the .proto files", path);
		if (method->input != service->methods[i].input ||
			method->output != service->methods[i].output)
			return rk_fail(err, RK_INTERNAL,
				"method %s takes or gives another message than the .proto files say",
				path);
	}
	return RK_OK;
}

static enum rk_status list_in_services(const struct rk_method *method,
	const ProtobufCServiceDescriptor *const *services, struct rk_err *err)
{
	char path[256];

	for (; *services; services++) {
		for (unsigned i = 0; i < (*services)->n_methods; i++) {
			path_of(*services, i, path, sizeof path);
			if (strcmp(path, method->path) == 0)
				return RK_OK;
		}
	}
	return rk_fail(err, RK_INTERNAL, "method %s is in no .proto file", method->path);
}

enum rk_status rk_methods_check(const struct rk_method *const *methods,
	const ProtobufCServiceDescriptor *const *services, struct rk_err *err)
{
	for (int i = 0; services[i]; i++)
		RK_TRY(service_in_list(methods, services[i], err));
	for (int i = 0; methods[i]; i++) {
		if (methods[i]->shape != RK_GET)
			RK_TRY(list_in_services(methods[i], services, err));
	}
	return RK_OK;
}

static void add_once(
	const struct rk_statement **list, size_t *count, const struct rk_statement *one)
{
	if (!one)
		return;
	for (size_t i = 0; i < *count; i++) {
		if (list[i] == one)
			return;
	}
	list[(*count)++] = one;
}

const struct rk_statement *const *rk_methods_statements(
	const struct rk_method *const *methods, const struct rk_statement *const *extra)
{
	const struct rk_statement **list;
	size_t count = 0, room = 1;

	for (int i = 0; methods[i]; i++)
		room++;
	for (int i = 0; extra && extra[i]; i++)
		room++;
	list = calloc(room, sizeof *list);
	if (!list)
		return NULL;
	for (int i = 0; extra && extra[i]; i++)
		add_once(list, &count, extra[i]);
	for (int i = 0; methods[i]; i++)
		add_once(list, &count, methods[i]->statement);
	return list;
}
