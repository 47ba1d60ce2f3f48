// SPDX-License-Identifier: GPL-2.0
/*
 * ESP on one packet, RFC 4303: header, padding, trailer, integrity check value, and encryption in
 * between. The profile of esp-seal: no IV, the keystream index is the sequence number.
 *
 * Not here: which SA, which route, what an inner packet may be, and what becomes of a failure.
 *
 * The data is always made private and linear before it is changed: an skb may share its pages
 * with a socket, a splice or a tap, and no flag tells so reliably.
 */
#include <linux/ip.h>
#include <linux/skbuff.h>
#include <crypto/algapi.h>
#include <crypto/hash.h>

#include "esp.h"
#include "sadb.h"

/* Linear, owned alone, with @head bytes free in front and @tail behind; one copy at most. */
static int make_private(struct sk_buff *skb, unsigned int head, unsigned int tail)
{
	int nhead = max_t(int, 0, (int)head - (int)skb_headroom(skb));
	int spare = skb_end_pointer(skb) - skb_tail_pointer(skb);
	int ntail = max_t(int, 0, (int)(skb->data_len + tail) - spare);
	struct sk_buff *trailer;

	if (skb_cloned(skb) || nhead || ntail) {
		if (pskb_expand_head(skb, SKB_DATA_ALIGN(nhead), ntail, GFP_ATOMIC))
			return -ENOMEM;
	}
	/* Pulls page fragments in, which now need no further allocation. */
	if (skb_cow_data(skb, tail, &trailer) < 0)
		return -ENOMEM;
	/* What is left not linear is a list of fragments. */
	if (skb_linearize(skb))
		return -ENOMEM;
	if (skb_tailroom(skb) < (int)tail &&
	    pskb_expand_head(skb, 0, tail - skb_tailroom(skb), GFP_ATOMIC))
		return -ENOMEM;
	return 0;
}

/* The cipher, either way, over linear data. */
static int crypt(const struct sg_sa *sa, u32 seq, u8 *data, unsigned int len)
{
	if (!sa->seal)
		return -EOPNOTSUPP;
	return sg_seal_xor(sa->seal, seq, data, len);
}

static int authenticate(const struct sg_sa *sa, const u8 *data, unsigned int len,
			u8 mac[HASH_MAX_DIGESTSIZE])
{
	SHASH_DESC_ON_STACK(desc, sa->mac);
	int err;

	desc->tfm = sa->mac;
	err = crypto_shash_digest(desc, data, len, mac);
	shash_desc_zero(desc);
	return err;
}

enum sg_stat sg_esp_protect(struct sg_sa *sa, struct sk_buff *skb, u8 next_header, u32 seq,
			    unsigned int headroom)
{
	unsigned int pad = sg_esp_pad(&sa->shape, skb->len);
	unsigned int icv = sa->shape.icv, secret, i;
	u8 mac[HASH_MAX_DIGESTSIZE];
	struct ip_esp_hdr *esp;
	u8 *tail;

	if (make_private(skb, headroom + sizeof(*esp), pad + SG_ESP_TRAILER + icv))
		return SG_STAT_OUT_NOMEM;

	tail = skb_put(skb, pad + SG_ESP_TRAILER);
	for (i = 0; i < pad; i++)
		tail[i] = i + 1;
	tail[pad] = pad;
	tail[pad + 1] = next_header;

	secret = skb->len;
	esp = skb_push(skb, sizeof(*esp));
	esp->spi = sa->p.id.spi;
	esp->seq_no = htonl(seq);
	if (crypt(sa, seq, esp->enc_data, secret))
		return SG_STAT_OUT_CRYPTO;

	if (authenticate(sa, skb->data, skb->len, mac))
		return SG_STAT_OUT_CRYPTO;
	skb_put_data(skb, mac, icv);
	return 0;
}

/* Pad length and pad bytes, RFC 4303 section 2.4: 1, 2, 3, ... Cuts the trailer off. */
static enum sg_stat remove_trailer(const struct sg_sa *sa, struct sk_buff *skb, u8 *next_header)
{
	const u8 *trailer = skb_tail_pointer(skb) - SG_ESP_TRAILER;
	unsigned int pad = trailer[0];
	unsigned int i;

	if (pad + SG_ESP_TRAILER > skb->len)
		return SG_STAT_IN_PADDING;
	for (i = 0; i < pad; i++) {
		if ((trailer - pad)[i] != i + 1)
			return SG_STAT_IN_PADDING;
	}
	*next_header = trailer[1];
	skb_trim(skb, skb->len - pad - SG_ESP_TRAILER);
	return 0;
}

enum sg_stat sg_esp_open(struct sg_sa *sa, struct sk_buff *skb, u8 *next_header, u32 *seq)
{
	unsigned int icv = sa->shape.icv, secret;
	u8 mac[HASH_MAX_DIGESTSIZE];
	struct ip_esp_hdr *esp;
	bool fresh;

	if (skb->len < sizeof(*esp) + SG_ESP_TRAILER + icv || !pskb_may_pull(skb, sizeof(*esp)))
		return SG_STAT_IN_TRUNCATED;
	secret = skb->len - sizeof(*esp) - icv;
	if (secret & (sa->shape.align - 1) || secret > SG_SEAL_STREAM_MAX)
		return SG_STAT_IN_TRUNCATED;

	esp = (struct ip_esp_hdr *)skb->data;
	*seq = ntohl(esp->seq_no);
	/* A replay must not cost a MAC; it is looked at again once the packet is authentic. */
	spin_lock_bh(&sa->replay_lock);
	fresh = sg_replay_check(&sa->replay, *seq);
	spin_unlock_bh(&sa->replay_lock);
	if (!fresh)
		return SG_STAT_IN_REPLAY;

	if (make_private(skb, 0, 0))
		return SG_STAT_IN_NOMEM;
	if (authenticate(sa, skb->data, skb->len - icv, mac))
		return SG_STAT_IN_CRYPTO;
	if (crypto_memneq(mac, skb_tail_pointer(skb) - icv, icv))
		return SG_STAT_IN_ICV;

	spin_lock_bh(&sa->replay_lock);
	fresh = sg_replay_advance(&sa->replay, *seq);
	spin_unlock_bh(&sa->replay_lock);
	if (!fresh)
		return SG_STAT_IN_REPLAY;

	skb_trim(skb, skb->len - icv);
	skb_pull(skb, sizeof(*esp));
	if (crypt(sa, *seq, skb->data, secret))
		return SG_STAT_IN_CRYPTO;
	return remove_trailer(sa, skb, next_header);
}
