/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SG_VERSION_H
#define SG_VERSION_H

#define SG_RELEASE	"0.1.0"

#endif /* SG_VERSION_H */
