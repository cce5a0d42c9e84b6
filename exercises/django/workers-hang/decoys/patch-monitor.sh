#!/bin/sh
# Repairs it at its source, which belongs to the supplier: the next update brings the old one back.
# on: app1
sudo sed -i 's|^        await reader.read().*|        await asyncio.sleep(1.2)|' /opt/linewatch/linewatch.py
sudo systemctl restart linewatch.service
sudo systemctl kill --signal=KILL app.service
sudo systemctl restart app.service
