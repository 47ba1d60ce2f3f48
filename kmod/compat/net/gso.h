/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Segmentation in software. This folder is searched last (-idirafter): the file is found only
 * where the kernel has no header of that name yet.
 */
#ifndef SG_COMPAT_NET_GSO_H
#define SG_COMPAT_NET_GSO_H

#include <linux/netdevice.h>

#endif /* SG_COMPAT_NET_GSO_H */
