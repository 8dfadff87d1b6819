/* source.h - where a connection comes from: for the log, and as a number to count by. */
#pragma once
#include <stddef.h>
#include <stdint.h>

struct sockaddr;

/* rk_source_text writes "192.0.2.1:4711", "[2001:db8::1]:4711", or "local" for a socket without an address. */
void rk_source_text(const struct sockaddr *address, char *out, size_t size);
/* rk_source returns the same number for what one computer can choose among: an IPv4 address, the first 64 bits of an IPv6 address
 * (RFC 6177: one site has at least so many). */
uint64_t rk_source(const struct sockaddr *address);
