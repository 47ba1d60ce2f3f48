// SPDX-License-Identifier: GPL-2.0
/*
 * The arithmetic of ESP lengths: one place that says how much padding a payload gets, how
 * long its packet becomes, and what still fits.
 *
 * Not for building packets; esp.c asks here, and so does whoever answers a packet that is
 * too big.
 */
#include "espsize.h"

/* What a packet has besides payload, padding and trailer. */
static u32 fixed(const struct sg_esp_shape *shape)
{
	return (u32)shape->outer + SG_ESP_HEADER + shape->iv + shape->icv;
}

/**
 * sg_esp_pad() - how much padding a payload gets
 * @shape: of the transform
 * @payload: bytes
 *
 * RFC 4303, 2.4: payload, padding, pad length and next header end on a boundary. Any context.
 * Return: bytes, 0..align-1.
 */
u32 sg_esp_pad(const struct sg_esp_shape *shape, u32 payload)
{
	return -(payload + SG_ESP_TRAILER) & (shape->align - 1u);
}

/**
 * sg_esp_size() - how long the packet becomes
 * @shape: of the transform
 * @payload: bytes; for tunnel mode the inner packet
 *
 * Any context. Return: bytes from the outer IP header to the end of the ICV; U32_MAX where
 * that is more than 32 bits hold.
 */
u32 sg_esp_size(const struct sg_esp_shape *shape, u32 payload)
{
	u64 size = (u64)fixed(shape) + payload + sg_esp_pad(shape, payload) + SG_ESP_TRAILER;

	return size < U32_MAX ? (u32)size : U32_MAX;
}

/**
 * sg_esp_payload_max() - what still fits
 * @shape: of the transform
 * @mtu: bytes for the outer packet
 *
 * Any context. Return: the largest payload whose outer packet is not longer than @mtu, 0 where
 * there is none.
 */
u32 sg_esp_payload_max(const struct sg_esp_shape *shape, u32 mtu)
{
	u32 room;

	if (mtu <= fixed(shape))
		return 0;
	room = (mtu - fixed(shape)) & ~(shape->align - 1u);
	return room > SG_ESP_TRAILER ? room - SG_ESP_TRAILER : 0;
}
