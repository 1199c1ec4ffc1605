package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
)

// identityNames are the exceptions to the property name resourceId.
var identityNames = map[string]string{"proxmox_sdn_controller_evpn": "sdnControllerEvpnId"}

// resourcesWithOwnID lists the resources whose Terraform attribute "id" is not the plain computed text that Pulumi
// takes for its own id: the user sets it, or it is a number. Pulumi knows it as resourceId, and its own id is derived.
func resourcesWithOwnID(provider shim.Provider) map[string]*tfbridge.ResourceInfo {
	infos := map[string]*tfbridge.ResourceInfo{}
	provider.ResourcesMap().Range(func(terraformName string, r shim.Resource) bool {
		if id, has := r.Schema().GetOk("id"); has && !plainlyComputed(id) {
			infos[terraformName] = ownID(terraformName)
		}
		return true
	})
	return infos
}

func plainlyComputed(id shim.Schema) bool {
	return id.Type() == shim.TypeString && !id.Required() && !id.Optional()
}

func ownID(terraformName string) *tfbridge.ResourceInfo {
	property, exception := identityNames[terraformName]
	if !exception {
		property = "resourceId"
	}
	return &tfbridge.ResourceInfo{
		Fields: map[string]*tfbridge.SchemaInfo{"id": {Name: property, Type: "string"}},
		ComputeID: func(_ context.Context, state resource.PropertyMap) (resource.ID, error) {
			value := state[resource.PropertyKey(property)]
			if value.IsString() {
				return resource.ID(value.StringValue()), nil
			}
			if value.IsNumber() {
				return resource.ID(strconv.FormatFloat(value.NumberValue(), 'f', 0, 64)), nil
			}
			return "", fmt.Errorf("%s: Proxmox VE answered without a value for %q", terraformName, property)
		},
	}
}
