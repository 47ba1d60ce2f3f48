// SPDX-License-Identifier: GPL-2.0
/*
 * The module's life: what is set up in which order, and taken down in the reverse. Nothing else.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/genetlink.h>
#include <linux/module.h>
#include <linux/workqueue.h>

#include "cmap.h"
#include "device.h"
#include "netlink.h"
#include "netns.h"
#include "seal.h"
#include "stage.h"
#include "version.h"

struct workqueue_struct *sg_wq;

static int __init sg_init(void)
{
	int err;

	if (!sg_seal_selftest()) {
		pr_err("SEAL self test failed: not loading\n");
		return -ENODEV;
	}

	err = -ENOMEM;
	sg_wq = alloc_workqueue("sealgate", WQ_UNBOUND, 0);
	if (!sg_wq)
		goto err_workqueue;
	err = sg_device_init();
	if (err)
		goto err_device;
	err = sg_netns_init();
	if (err)
		goto err_netns;
	err = sg_binding_init();
	if (err)
		goto err_binding;
	err = sg_stage_init();
	if (err)
		goto err_stage;
	err = sg_netlink_init();
	if (err)
		goto err_netlink;

	pr_info("release %s, ABI %d\n", SG_RELEASE, SG_ABI_VERSION);
	return 0;

err_netlink:
	sg_stage_exit();
err_stage:
	sg_binding_exit();
err_binding:
	sg_netns_exit();
err_netns:
	sg_device_exit();
err_device:
	rcu_barrier();
	destroy_workqueue(sg_wq);
err_workqueue:
	return err;
}

static void __exit sg_exit(void)
{
	/* No requests any more, then no packets, then no state. */
	sg_netlink_exit();
	sg_stage_exit();
	sg_binding_exit();
	sg_netns_exit();
	sg_device_exit();
	/* RCU callbacks queue work that frees; the work runs before its queue is gone. */
	rcu_barrier();
	destroy_workqueue(sg_wq);
	/* What that work freed by RCU. */
	rcu_barrier();
}

module_init(sg_init);
module_exit(sg_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Crypto-map IPsec gateway: ESP with SEAL");
MODULE_VERSION(SG_RELEASE);
MODULE_ALIAS_GENL_FAMILY(SG_GENL_NAME);
