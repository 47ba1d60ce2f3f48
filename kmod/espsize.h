/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The arithmetic of ESP lengths, RFC 4303 section 2.4. A pure core.
 */
#ifndef SG_ESPSIZE_H
#define SG_ESPSIZE_H

#include "types.h"

#define SG_IP_HEADER	20	/* outer header, no options */
#define SG_ESP_HEADER	8	/* SPI, sequence number */
#define SG_ESP_TRAILER	2	/* pad length, next header */
#define SG_ESP_ALIGN	4	/* what ESP itself asks for */
#define SG_PAD_MAX	255
#define SG_MTU_MIN	68	/* RFC 791 */

/* What a transform adds. */
struct sg_esp_shape {
	u16 outer;		/* bytes of outer headers ahead of ESP (20; with UDP 28) */
	u16 iv;			/* bytes on the wire, 0 for SEAL */
	u16 align;		/* power of two >= 4; payload + pad + trailer is a multiple */
	u16 icv;		/* bytes */
};

/* Pad bytes for @payload bytes of payload data: 0..align-1. */
u32 sg_esp_pad(const struct sg_esp_shape *shape, u32 payload);

/* Whole outer packet for @payload bytes. */
u32 sg_esp_size(const struct sg_esp_shape *shape, u32 payload);

/* Largest payload whose outer packet fits in @mtu; 0 where none does. */
u32 sg_esp_payload_max(const struct sg_esp_shape *shape, u32 mtu);

#endif /* SG_ESPSIZE_H */
