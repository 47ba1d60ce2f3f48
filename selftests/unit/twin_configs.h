/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configurations of the two engines: the SEAL seed's, in pieces that tests vary.
 */
#ifndef SG_TWIN_CONFIGS_H
#define SG_TWIN_CONFIGS_H

#define SEED_POLICY "crypto isakmp policy 1\n encr aes 256\n hash md5\n" \
	" authentication pre-share\n group 2\n"
#define A_KEY "crypto isakmp key cisco123 address 10.10.10.2\n"
#define B_KEY "crypto isakmp key cisco123 address 10.10.10.1\n"
#define SEED_SET "crypto ipsec transform-set cisco esp-seal esp-sha-hmac\n"
#define A_MAP_HEAD "crypto map cisco 10 ipsec-isakmp\n set peer 10.10.10.2\n"
#define B_MAP_HEAD "crypto map cisco 10 ipsec-isakmp\n set peer 10.10.10.1\n"
#define MAP_TAIL " set transform-set cisco\n match address 100\n"
#define A_INTERFACE "interface Ethernet1/0\n ip address 10.10.10.1 255.255.255.0\n" \
	" crypto map cisco\n"
#define B_INTERFACE "interface Ethernet0/0\n ip address 10.10.10.2 255.255.255.0\n" \
	" crypto map cisco\n"
#define A_ACL "access-list 100 permit ip 172.18.124.0 0.0.0.255 20.20.20.0 0.0.0.255\n"
#define B_ACL "access-list 100 permit ip 20.20.20.0 0.0.0.255 172.18.124.0 0.0.0.255\n"

#define A_MAP A_MAP_HEAD MAP_TAIL
#define B_MAP B_MAP_HEAD MAP_TAIL
#define A_REST A_KEY SEED_SET A_MAP A_INTERFACE A_ACL
#define B_REST B_KEY SEED_SET B_MAP B_INTERFACE B_ACL
#define A_SEED SEED_POLICY A_REST
#define B_SEED SEED_POLICY B_REST

#endif /* SG_TWIN_CONFIGS_H */
