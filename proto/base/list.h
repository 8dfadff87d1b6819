/* list.h - doubly linked list inside the struct. */
#pragma once
#include <assert.h>
#include <stdbool.h>
#include <stddef.h>

/* A node, and also the head.  A head is made by rk_list_init; a node out of any list is {0}. */
struct rk_list {
	struct rk_list *prev, *next;
};

static inline void rk_list_init(struct rk_list *head)
{
	head->prev = head->next = head;
}

static inline bool rk_list_empty(const struct rk_list *head)
{
	return head->next == head;
}

static inline void rk_list_append(struct rk_list *head, struct rk_list *node)
{
	assert(!node->prev && !node->next);
	assert(head->prev->next == head && head->next->prev == head);
	node->prev = head->prev;
	node->next = head;
	head->prev->next = node;
	head->prev = node;
}

/* Takes node out of its list; a node in no list stays as it is. */
static inline void rk_list_remove(struct rk_list *node)
{
	if (!node->next)
		return;
	assert(node->prev->next == node && node->next->prev == node);
	node->prev->next = node->next;
	node->next->prev = node->prev;
	node->prev = node->next = NULL;
}

/* The struct around a node. */
#define rk_list_item(node, type, member) ((type *)(void *)((char *)(node)-offsetof(type, member)))

/* rk_list_each walks with node; node may be removed, its successor may not. */
#define rk_list_each(node, head)                                                             \
	for (struct rk_list *node = (head)->next, *next_##node = node->next; node != (head); \
		node = next_##node, next_##node = node->next)
