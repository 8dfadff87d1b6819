/* attachment_answer.h - what an upload is answered with: UploadAttachmentResponse, or RelayAttachmentResponse where another brought the file. */
#pragma once
#include "renkei/v1/attachment_service.pb-c.h"

#include <stddef.h>

#define RK_SAME_PLACE(field)                                                    \
	_Static_assert(offsetof(Renkei__V1__UploadAttachmentResponse, field) == \
			offsetof(Renkei__V1__RelayAttachmentResponse, field),   \
		"both answers have " #field " at the same place")

RK_SAME_PLACE(attachment);
RK_SAME_PLACE(receipt);
RK_SAME_PLACE(existed);
#undef RK_SAME_PLACE

/* Either of them, read by these three fields. */
static inline Renkei__V1__UploadAttachmentResponse *rk_attachment_answer(ProtobufCMessage *message)
{
	return (Renkei__V1__UploadAttachmentResponse *)(void *)message;
}
