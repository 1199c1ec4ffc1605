// Command pulumi-resource-proxmoxve is the Pulumi plugin "proxmoxve" for machines where the released one can't be
// had or fails its proof: the Terraform provider bpg/proxmox behind Pulumi's Terraform bridge, with the names that the
// npm package @muhlba91/pulumi-proxmoxve uses.
//
// The binary is built twice. The first build knows no schema and is run once as
// "pulumi-resource-proxmoxve schema --out ." to write it; the second one embeds it and serves.
package main

import (
	"context"
	_ "embed"
	"os"

	serve "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	generate "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfgen"
)

const packageName = "proxmoxve"

// version is that of the npm package; the linker sets it.
var version = "0.0.0"

//go:embed generated/schema.json
var schema []byte

//go:embed generated/bridge-metadata.json
var metadata []byte

func main() {
	ctx := context.Background()
	info := providerInfo(ctx)
	if len(os.Args) > 1 && os.Args[1] == "schema" {
		generate.MainWithMuxer(packageName, info)
		return
	}
	serve.MainWithMuxer(ctx, packageName, info, schema)
}
