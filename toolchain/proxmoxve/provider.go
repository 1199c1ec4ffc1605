package main

import (
	"context"

	"github.com/bpg/terraform-provider-proxmox/fwprovider"
	legacy "github.com/bpg/terraform-provider-proxmox/proxmoxtf/provider"
	framework "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
)

const longestAutomaticName = 255

// providerInfo joins bpg's two halves (plugin framework and SDK v2) and names every resource and function of them.
func providerInfo(ctx context.Context) tfbridge.ProviderInfo {
	both := framework.MuxShimWithPF(ctx,
		sdkv2.NewProvider(legacy.ProxmoxVirtualEnvironment()),
		fwprovider.New(version)(),
	)
	info := tfbridge.ProviderInfo{
		P:            both,
		Name:         "proxmox",
		Version:      version,
		Description:  "Proxmox VE, bridged from the Terraform provider bpg/proxmox.",
		License:      "Apache-2.0",
		GitHubOrg:    "bpg",
		Repository:   "https://github.com/muhlba91/pulumi-proxmoxve",
		Resources:    resourcesWithOwnID(both),
		MetadataInfo: tfbridge.NewProviderMetadata(metadata),
		// The SDK asks for the plugin by this address as well; a different one would be another plugin to the engine.
		PluginDownloadURL: "github://api.github.com/muhlba91/pulumi-proxmoxve",
	}
	info.MustComputeTokens(tfbridge.Strategy{
		Resource: func(terraformName string, r *tfbridge.ResourceInfo) error {
			name := pulumiName(terraformName)
			r.Tok = tfbridge.MakeResource(packageName, name.module, name.member)
			return nil
		},
		DataSource: func(terraformName string, d *tfbridge.DataSourceInfo) error {
			name := pulumiName(terraformName)
			d.Tok = tfbridge.MakeDataSource(packageName, name.module, "get"+name.member)
			return nil
		},
	})
	info.SetAutonaming(longestAutomaticName, "-")
	return info
}
