/* cluster_inside.h - who works in a cluster's folder. */
#pragma once
#include <sys/types.h>

/* A process of PostgreSQL that works in this cluster, 0 when there is none: a postmaster, or a backend that has outlived it
 * and still writes.  Not by the pid file: it names no backends, and its number can be another program's by now. */
pid_t rk_cluster_anyone_inside(const char *data);
