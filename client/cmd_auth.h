/* cmd_auth.h - what the commands about certificates share. */
#pragma once
#include "out.h"
#include "remote.h"

#include "renkei/v1/access_service.pb-c.h"

/* Certificates as rows, those given. */
int rk_certificates_print(struct rk_run *run, Renkei__V1__Certificate *const *certificates,
	size_t count, const ProtobufCMessage *answer);
/* A fresh request_id in the run's arena; NULL after it has said why not. */
char *rk_request_id(struct rk_run *run);
