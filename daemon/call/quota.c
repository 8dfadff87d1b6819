#include "call/quota.h"

#include <stdlib.h>
#include <string.h>

struct rk_quota_share {
	struct rk_list node;
	int running;
	char uri[];
};

void rk_quota_init(struct rk_quota *quota, int max)
{
	rk_list_init(&quota->shares);
	quota->max = max;
}

static struct rk_quota_share *share_find(struct rk_quota *quota, const char *uri)
{
	rk_list_each(node, &quota->shares) {
		struct rk_quota_share *share = rk_list_item(node, struct rk_quota_share, node);

		if (strcmp(share->uri, uri) == 0)
			return share;
	}
	return NULL;
}

static struct rk_quota_share *share_create(struct rk_quota *quota, const char *uri)
{
	size_t size = strlen(uri) + 1;
	struct rk_quota_share *share = calloc(1, sizeof *share + size);

	if (!share)
		return NULL;
	memcpy(share->uri, uri, size);
	rk_list_append(&quota->shares, &share->node);
	return share;
}

enum rk_status rk_quota_enter(
	struct rk_quota *quota, const char *uri, struct rk_quota_share **share, struct rk_err *err)
{
	*share = NULL;
	if (!quota->max)
		return RK_OK;
	struct rk_quota_share *mine = share_find(quota, uri);

	if (mine && mine->running >= quota->max)
		return rk_fail_reason(err, RK_RESOURCE_EXHAUSTED, "QUOTA_EXCEEDED",
			"%d calls of this principal run already", mine->running);
	if (!mine)
		mine = share_create(quota, uri);
	if (!mine)
		return rk_fail(err, RK_RESOURCE_EXHAUSTED, "no memory for a call");
	mine->running++;
	*share = mine;
	return RK_OK;
}

void rk_quota_leave(struct rk_quota_share **share)
{
	struct rk_quota_share *mine = *share;

	*share = NULL;
	if (!mine || --mine->running)
		return;
	rk_list_remove(&mine->node);
	free(mine);
}
