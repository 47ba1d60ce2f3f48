/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ESP on one packet: build and open. No lookup, no policy, no routing, no re-injection.
 */
#ifndef SG_ESP_H
#define SG_ESP_H

#include <linux/skbuff.h>
#include "../uapi/sealgate.h"

struct sg_sa;

/**
 * sg_esp_protect() - turn payload into an ESP packet, without an outer IP header
 * @sa: outbound; a reference held
 * @skb: data..tail is the payload (for tunnel mode the inner IP packet), not GSO, checksums
 *	complete, owned alone. On success data points at the ESP header
 * @next_header: 4 (IPIP) for tunnel mode
 * @seq: drawn for this packet alone by sg_sa_draw_seq()
 * @headroom: bytes wanted free in front of the ESP header (outer header and link layer)
 *
 * Any context, BH off. Always makes the data private (skb_cow_data).
 * Return: 0, or the reason of the drop; the caller frees.
 */
enum sg_stat sg_esp_protect(struct sg_sa *sa, struct sk_buff *skb, u8 next_header, u32 seq,
			    unsigned int headroom);

/**
 * sg_esp_open() - verify and decrypt
 * @sa: inbound; a reference held
 * @skb: data points at the ESP header, no GSO, owned alone. On success data..tail is the payload
 * @next_header: written
 *
 * Replay check, ICV (constant time) before decryption, replay advance, padding.
 * Return: 0, or the reason of the drop; the caller frees, counts and reports.
 */
enum sg_stat sg_esp_open(struct sg_sa *sa, struct sk_buff *skb, u8 *next_header, u32 *seq);

#endif /* SG_ESP_H */
