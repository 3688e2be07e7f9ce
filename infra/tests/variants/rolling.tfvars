# The example as it stands: rolling deployments in a new VPC.
deployment_strategy = "rolling"
